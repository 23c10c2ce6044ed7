package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"linli/storage"
	"linli/storage/copying"
)

// keepCopy keeps the copy until standard input ends, and tells after every turn how far it is, a line of JSON each.
func keepCopy(ctx context.Context, p program, _ []string) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM) // what ends the server's whole group must not end this before the server
	ctx, stop := context.WithCancel(ctx)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	quietLibrary(p.log)
	c, err := p.config.fromDataDir()
	if err != nil {
		return err
	}
	told := json.NewEncoder(p.out)
	return keep(ctx, c, p.log, func(s copying.State) { told.Encode(s) })
}

// fromDataDir makes the data folder the working folder: Litestream makes an address of the database's name, in which a #
// or ? of a folder above would mean something.
func (c Config) fromDataDir() (_ Config, err error) {
	if c.CopyDir != "" {
		if c.CopyDir, err = filepath.Abs(c.CopyDir); err != nil {
			return c, err
		}
	}
	err = os.Chdir(c.DataDir)
	c.DataDir = "."
	return c, err
}

func keep(ctx context.Context, c Config, log *slog.Logger, tell func(copying.State)) error {
	recipients, err := c.copyRecipients()
	if err := errors.Join(err, c.checkCopy()); err != nil {
		return err
	}
	place, err := openCopyPlace(c)
	if err != nil {
		return err
	}
	if c.CopyDir != "" && copying.SameMedium(c.CopyDir, c.DataDir) {
		log.Warn("LINLI_COPY_DIR is on the disk of the data: one fault takes both", "folder", c.CopyDir)
	}
	db, err := storage.Open(ctx, storage.Options{Dir: c.DataDir, AsItIs: true, Copied: true})
	if err != nil {
		return err
	}
	defer db.Close()
	keeping := copying.Keeping{Dir: c.DataDir, Place: place, Recipients: recipients, DB: db, Log: log, Tell: tell}
	if c.S3Endpoint == "" {
		photos, err := storage.OpenDiskBlobs(filepath.Join(c.DataDir, "photos"))
		if err != nil {
			return err
		}
		defer photos.Close()
		keeping.Photos = photos
	}
	return copying.Keep(ctx, keeping)
}

// quietLibrary lets Litestream, which asks nobody for a log and speaks much of what is as it should be, only warn.
func quietLibrary(log *slog.Logger) *slog.Logger {
	quieter := slog.New(&onlyWarnings{log.Handler()})
	slog.SetDefault(quieter)
	return quieter
}

// onlyWarnings lets through what somebody should read.
type onlyWarnings struct{ slog.Handler }

// Enabled leaves out what is below a warning.
func (h *onlyWarnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

// WithAttrs keeps leaving it out.
func (h *onlyWarnings) WithAttrs(a []slog.Attr) slog.Handler {
	return &onlyWarnings{h.Handler.WithAttrs(a)}
}

// WithGroup keeps leaving it out.
func (h *onlyWarnings) WithGroup(name string) slog.Handler {
	return &onlyWarnings{h.Handler.WithGroup(name)}
}
