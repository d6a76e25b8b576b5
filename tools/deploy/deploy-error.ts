/** Something whoever deploys can put right. Its message is the whole answer. */
export class DeployError extends Error {
  override readonly name = 'DeployError'
}
