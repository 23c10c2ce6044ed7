package ledger

import "linli/models"

// MayErase reports whether a may order that the ledger forgets a person: the administrator, and whoever sits at the
// server.
func MayErase(a models.Actor) bool { return a.Has(models.Admin) || a.IsSystem() }
