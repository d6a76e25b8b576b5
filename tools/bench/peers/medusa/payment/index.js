const { ModuleProvider, Modules, PaymentSessionStatus } = require('@medusajs/framework/utils')
const { SystemPaymentProvider } = require('@medusajs/payment/dist/providers/system')

/**
 * Medusa's system provider only authorizes a payment, and leaves it to the staff to capture it: such an order
 * is not paid. This one answers what Medusa's own provider for Stripe does with the option `capture`.
 */
class CapturingProvider extends SystemPaymentProvider {
  static identifier = 'capturing'

  async authorizePayment() {
    return { data: {}, status: PaymentSessionStatus.CAPTURED }
  }
}

exports.default = ModuleProvider(Modules.PAYMENT, { services: [CapturingProvider] })
