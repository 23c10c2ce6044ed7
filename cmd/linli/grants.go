package main

import (
	"context"
	"flag"
	"fmt"

	"linli/storage"
)

// printGrants needs no database: its owner runs what it prints.
func printGrants(_ context.Context, p program, arguments []string) error {
	flags := flag.NewFlagSet("grants", flag.ContinueOnError)
	flags.SetOutput(p.out)
	role := flags.String("role", "linli_app", "name of the role")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	text, err := storage.Grants(*role)
	if err != nil {
		return err
	}
	fmt.Fprint(p.out, text)
	return nil
}

// migrateDatabase does what every start does, and nothing after it.
func migrateDatabase(ctx context.Context, p program, _ []string) error {
	db, err := storage.Open(ctx, storage.Options{URL: p.config.DatabaseURL, Dir: p.config.DataDir})
	if err != nil {
		return err
	}
	db.Close()
	fmt.Fprintln(p.out, "the database is up to date")
	return nil
}
