// Package models says what things are and what is allowed. It is pure: standard library only, no clock,
// no database, no network. Every rule is a function from values to values, so that every refusal is a table test.
//
// This root holds the words that all areas share; each area with rules of its own has a package below it,
// and those packages import nothing of ours but this root.
package models
