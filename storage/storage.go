// Package storage keeps everything that the program remembers. Its root owns the database, the transaction, the
// ledger, the outbox and the photos' bytes; the use-cases live in the packages below, one exported method each:
// open one transaction, load, ask models for the rule, write. Nothing above this package sees a *gorm.DB.
package storage
