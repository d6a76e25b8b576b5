/**
 * Makes something from a Worker's bindings once per isolate. Only for what holds no state of a request.
 */
export function oncePerIsolate<Env extends object, T>(create: (env: Env) => T): (env: Env) => T {
  const made = new WeakMap<Env, T>()
  return (env) => {
    let value = made.get(env)
    if (value === undefined) made.set(env, (value = create(env)))
    return value
  }
}
