import { z } from '@hono/zod-openapi'

/** Roles in rising order: each has the rights of those before it. */
export const ROLES = ['customer', 'staff', 'admin'] as const
export const Role = z.enum(ROLES).openapi('Role')
export type Role = z.infer<typeof Role>

/** Who may call a route: everybody, or a role and those above it. */
export type Access = 'anyone' | Role

/** Whether a role (null: nobody is signed in) satisfies what a route asks for. */
export function hasAccess(role: Role | null, access: Access): boolean {
  if (access === 'anyone') return true
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(access)
}
