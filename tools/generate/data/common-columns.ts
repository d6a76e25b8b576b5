/**
 * What a column of this name holds wherever its migration has no comment on it. Names that say it all are
 * here, so that migrations keep to comments that are worth reading.
 */
export const COMMON_COLUMNS: Readonly<Record<string, string>> = {
  id: '',
  channel: '',
  city: '',
  country: '',
  created_at: 'When it was made.',
  currency: 'ISO 4217.',
  description: '',
  email: '',
  expires_at: 'When it ends.',
  line1: '',
  line2: '',
  locale: 'A language tag.',
  name: '',
  phone: 'In E.164 form.',
  postal_code: '',
  received_at: 'When it took effect.',
  region: '',
  role: '',
  sku: '',
  status: 'How it stands.',
  subject: '',
  text: 'What the person reads.',
  updated_at: 'When it last changed.',
  version: 'Rises with every change.',
  weight_grams: 'Of one unit.',
}
