import { computed } from 'vue'
import type { Role } from '@/api/types'
import { roles } from '@/app/session'

/** The roles whose scope holds no tickets but a person's own (models/scope.go). Every other one adds some to an account. */
const NONE: Role[] = ['admin', 'seconded_officer', 'building_steward', 'resident']

export const seesNoTickets = computed(() => roles.value.every((role) => NONE.includes(role)))
