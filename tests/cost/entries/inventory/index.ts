import inventory, * as classes from '../../../../workers/inventory/src/index.ts'
import { countedEntrypoint, countedHandler, countedObject } from '../../seam/worker.ts'

export * from '../../../../workers/inventory/src/index.ts'
export default countedHandler('inventory', inventory)
export const InventoryRpc = countedEntrypoint('InventoryRpc', classes.InventoryRpc)
export const SkuStock = countedObject('SkuStock', classes.SkuStock)
