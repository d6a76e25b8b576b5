import type { Database } from '@kiosk/kit/commit'
import type { z } from 'zod'
import type { Config, Env } from '../env.ts'
import { CloudflareEmailSettings, cloudflareEmail } from './cloudflare-email.ts'
import { mailboxEmail, mailboxSms } from './mailbox.ts'
import type { EmailProvider, Providers, SmsProvider } from './provider.ts'
import { twilio, TwilioSettings } from './twilio.ts'

/** Makes the providers that the configuration names. A new one is a file here and a case below. */
export function createProviders(env: Env, config: Config, db: Database): Providers {
  return { email: emailProvider(env, config, db), sms: smsProvider(env, config, db) }
}

function emailProvider(env: Env, config: Config, db: Database): EmailProvider | null {
  switch (config.EMAIL_PROVIDER) {
    case 'mailbox':
      return mailboxEmail(db)
    case 'cloudflare': {
      const settings = CloudflareEmailSettings.safeParse(env)
      return settings.success ? cloudflareEmail(env.EMAIL, settings.data, config.SHOP_NAME) : null
    }
  }
}

function smsProvider(env: Env, config: Config, db: Database): SmsProvider | null {
  switch (config.SMS_PROVIDER) {
    case 'mailbox':
      return mailboxSms(db)
    case 'twilio': {
      const settings = TwilioSettings.safeParse(env)
      return settings.success ? twilio(settings.data) : null
    }
  }
}

/** The variables and secrets that the chosen providers need and do not have. */
export function missingSettings(env: Env, config: Config): string[] {
  const needed: z.ZodType[] = []
  if (config.EMAIL_PROVIDER === 'cloudflare') needed.push(CloudflareEmailSettings)
  if (config.SMS_PROVIDER === 'twilio') needed.push(TwilioSettings)
  return needed.flatMap((schema) => {
    const issues = schema.safeParse(env).error?.issues ?? []
    return issues.map((issue) => issue.path.join('.'))
  })
}
