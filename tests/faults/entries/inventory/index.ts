import inventory, * as classes from '../../../../workers/inventory/src/index.ts'
import { faultyEntrypoint, faultyHandler, faultyObject } from '../../seam/worker.ts'

export * from '../../../../workers/inventory/src/index.ts'
export default faultyHandler('inventory', inventory)
export const InventoryRpc = faultyEntrypoint('InventoryRpc', classes.InventoryRpc)
export const SkuStock = faultyObject('SkuStock', classes.SkuStock)
