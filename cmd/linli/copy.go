package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"linli/storage"
	"linli/storage/backup"
	"linli/storage/copying"
)

// copied reports whether a continuous copy is to be kept.
func (c Config) copied() bool { return c.CopyDir != "" || c.CopyS3Endpoint != "" }

// checkCopy looks at the settings of the copy together.
func (c Config) checkCopy() error {
	keys := c.CopyS3Bucket + c.CopyS3AccessKey + c.CopyS3SecretKey
	switch {
	case c.CopyS3Endpoint == "" && keys != "":
		return errors.New("LINLI_COPY_S3_BUCKET and the keys of the copy are given, but no LINLI_COPY_S3_ENDPOINT")
	case c.CopyS3Endpoint != "" && (c.CopyS3Bucket == "" || c.CopyS3AccessKey == "" || c.CopyS3SecretKey == ""):
		return errors.New("LINLI_COPY_S3_ENDPOINT needs LINLI_COPY_S3_BUCKET, LINLI_COPY_S3_ACCESS_KEY and LINLI_COPY_S3_SECRET_KEY")
	case c.CopyDir != "" && c.CopyS3Endpoint != "":
		return errors.New("LINLI_COPY_DIR and LINLI_COPY_S3_ENDPOINT: the copy goes to one place")
	case c.copied() && c.DatabaseURL != "":
		return errors.New("LINLI_COPY_DIR and LINLI_COPY_S3_* are for SQLite; Postgres has standbys and archives of its own")
	case c.CopyS3Endpoint != "" && c.CopyS3Endpoint == c.S3Endpoint && c.CopyS3Bucket == c.S3Bucket:
		return errors.New("LINLI_COPY_S3_BUCKET: the photos' own bucket is no place for the copy")
	}
	return nil
}

// copyRecipients are the keys that a copy is closed with. Only its keeper needs them: people's names do not leave the
// machine for everybody to read.
func (c Config) copyRecipients() (backup.Recipients, error) {
	recipients, err := backup.ParseRecipients(c.BackupPublic)
	if err != nil {
		return nil, fmt.Errorf("LINLI_BACKUP_RECIPIENT: %w", err)
	}
	if len(recipients) == 0 {
		return nil, errors.New("a continuous copy is to be kept, but LINLI_BACKUP_RECIPIENT is not set: it is encrypted as backups are.\n" +
			"Make a pair of keys with `linli backup new-key`, keep the secret one off this machine, and set the public one")
	}
	return recipients, nil
}

func openCopyPlace(c Config) (copying.Place, error) {
	if c.CopyDir != "" {
		return copying.OpenFolder(c.CopyDir)
	}
	if c.CopyS3Endpoint == "" {
		return nil, errors.New("neither LINLI_COPY_DIR nor LINLI_COPY_S3_ENDPOINT is set")
	}
	return copying.OpenBucket(storage.S3Options{
		Endpoint:  c.CopyS3Endpoint,
		Bucket:    c.CopyS3Bucket,
		AccessKey: c.CopyS3AccessKey,
		SecretKey: c.CopyS3SecretKey,
		Region:    c.CopyS3Region,
		Secure:    c.CopyS3TLS,
	})
}

// restoreCopy is linli restore -copy.
func restoreCopy(ctx context.Context, p program) error {
	if err := p.config.checkCopy(); err != nil {
		return err
	}
	place, err := openCopyPlace(p.config)
	if err != nil {
		return err
	}
	identities, err := backup.ParseIdentities(p.config.BackupSecret)
	if err != nil {
		return fmt.Errorf("LINLI_BACKUP_IDENTITY_FILE: %w", err)
	}
	from := copying.Restoring{Place: place, Identities: identities, Dir: p.config.DataDir, Progress: slowProgress(p.logs), Log: quietLibrary(p.log)}
	if p.config.S3Endpoint != "" {
		if from.S3, err = openBlobs(p.config); err != nil {
			return err
		}
	}
	r, err := copying.Restore(ctx, from)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "restored to %s: what was acknowledged before that moment is there. Schema %d, %d photos; SQLite finds every page and index whole.\n",
		r.Moment.Format(time.RFC3339Nano), r.Schema, r.Photos)
	if len(r.Missing) == 0 {
		return nil
	}
	for _, name := range r.Missing {
		fmt.Fprintln(p.out, "missing photo", name)
	}
	return fmt.Errorf("the database is restored and can be used, but %d photos that it speaks of are missing (their names are above)", len(r.Missing))
}
