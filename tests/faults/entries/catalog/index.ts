import catalog, * as classes from '../../../../workers/catalog/src/index.ts'
import { faultyEntrypoint, faultyHandler, faultyObject } from '../../seam/worker.ts'

export * from '../../../../workers/catalog/src/index.ts'
export default faultyHandler('catalog', catalog)
export const CatalogRpc = faultyEntrypoint('CatalogRpc', classes.CatalogRpc)
export const OutboxRelay = faultyObject('OutboxRelay', classes.OutboxRelay)
