// Package seed writes what every county starts with: authorities, calendar, catalogue and the rules that the program brings along.
package seed

import (
	"linli/storage"
	"linli/storage/place"
	"linli/storage/score"
	"linli/storage/ticket"
)

// All writes whatever of it the database does not have; it may be called at every start.
func All(tx storage.Tx) error {
	for _, seed := range []func(storage.Tx) error{
		place.SeedAuthorities, place.SeedDutyRules, place.SeedPhoneRules, storage.SeedCalendar,
		ticket.SeedCatalogue, ticket.SeedCallbackRules, ticket.SeedSuspensionRules, ticket.SeedPromiseRules, ticket.SeedRepeatRules, score.SeedRuleset,
	} {
		if err := seed(tx); err != nil {
			return err
		}
	}
	return nil
}
