// The least that a gateway can do: pass a request on over a service binding.
export default {
  fetch(request, env) {
    return env.HELLO.fetch(request)
  },
}
