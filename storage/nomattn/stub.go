// Package sqlite3 stands in for the cgo SQLite driver that GORM's dialector imports by name.
// Linli runs SQLite in pure Go (modernc.org/sqlite), so the C amalgamation must never be compiled.
package sqlite3
