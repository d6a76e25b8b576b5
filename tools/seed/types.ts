/** How the seed is written down: departments hold sections, sections hold products. */
export interface Department {
  readonly name: string
  readonly slug: string
  readonly sections: readonly Section[]
}

/** A section says once what its products have in common; a product may say otherwise. */
export interface Section {
  readonly name: string
  readonly slug: string
  /** Starts every SKU of the section. */
  readonly code: string
  /** Ends the description of every product that has no `care` of its own. */
  readonly care: string
  readonly facts: Facts
  readonly options?: Options
  readonly surcharges?: Extras
  readonly extraGrams?: Extras
  readonly products: readonly ProductData[]
}

export interface ProductData {
  /** The first word is unique within the section: it is part of the SKU. */
  readonly name: string
  readonly about: string
  readonly detail: string
  readonly care?: string
  readonly facts?: Facts
  readonly options?: Options
  readonly surcharges?: Extras
  readonly extraGrams?: Extras
  /** US cents, before the surcharges of its options. */
  readonly price: number
  readonly grams: number
}

export type Facts = Readonly<Record<string, string>>

/** One variant is made for every combination of values. */
export type Options = Readonly<Record<string, readonly string[]>>

/** What a value of an option costs more (US cents), or weighs more. */
export type Extras = Readonly<Record<string, number>>

/** What is sent to `POST /v1/products`, but for the category, whose id the catalog chooses. */
export interface SeedProduct {
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly attributes: Facts
  readonly images: readonly { readonly url: string; readonly alt: string }[]
  readonly variants: readonly SeedVariant[]
}

export interface SeedVariant {
  readonly sku: string
  readonly options: Facts
  readonly price: { readonly amountMinor: number; readonly currency: string }
  readonly weightGrams: number
}
