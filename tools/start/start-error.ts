/** Something the person who starts the shop can put right. Its message is the whole answer. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
