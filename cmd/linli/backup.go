package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/models"
	"linli/storage"
	"linli/storage/backup"
)

// What linli backup and linli restore are called with. Both say on standard error how far they are, so that a backup
// may go to standard output.

const backupUsage = `usage:
  linli backup [-to FILE-OR-FOLDER] [-unencrypted]    back up database and photos; "-to -" writes to standard output
  linli backup verify FILE                            read a backup and say whether it is whole; "-" is standard input
  linli backup new-key                                make a pair of keys for LINLI_BACKUP_RECIPIENT`

func backUp(ctx context.Context, p program, arguments []string) error {
	if len(arguments) > 0 {
		switch arguments[0] {
		case "verify":
			return verifyBackup(ctx, p, arguments[1:])
		case "new-key":
			return printBackupKey(p)
		}
	}
	flags := flag.NewFlagSet("backup", flag.ContinueOnError)
	to := flags.String("to", ".", "file or folder to write to; - for standard output")
	unencrypted := flags.Bool("unencrypted", false, "do without a key: whoever has the file can read it")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() != 0 {
		return errors.New(backupUsage)
	}
	recipients, err := p.config.backupRecipients(*unencrypted)
	if err != nil {
		return err
	}
	return makeBackup(ctx, p, *to, recipients)
}

// backupRecipients refuses to write people's names and photos openly unless that was asked for.
func (c Config) backupRecipients(unencrypted bool) (backup.Recipients, error) {
	recipients, err := backup.ParseRecipients(c.BackupPublic)
	switch {
	case err != nil:
		return nil, fmt.Errorf("LINLI_BACKUP_RECIPIENT: %w", err)
	case unencrypted:
		return nil, nil
	case len(recipients) == 0:
		return nil, errors.New("LINLI_BACKUP_RECIPIENT is not set, and a backup holds people's names, telephone numbers and photos.\n" +
			"Make a pair of keys with `linli backup new-key`, keep the secret one off this machine, and set the public one.\n" +
			"(-unencrypted writes a backup that everybody can read.)")
	}
	return recipients, nil
}

func makeBackup(ctx context.Context, p program, to string, recipients backup.Recipients) error {
	db, err := storage.Open(ctx, storage.Options{URL: p.config.DatabaseURL, Dir: p.config.DataDir, AsItIs: true})
	if err != nil {
		return err
	}
	defer db.Close()
	blobs, err := openBlobs(p.config)
	if err != nil {
		return err
	}
	if closer, ok := blobs.(io.Closer); ok {
		defer closer.Close()
	}
	now := models.UTC(time.Now())
	out, err := openBackupFile(p, to, now, len(recipients) > 0)
	if err != nil {
		return err
	}
	defer out.abandon()
	making := backup.Making{DB: db, Blobs: blobs, Recipients: recipients, Program: version, MadeAt: now, Progress: slowProgress(p.logs)}
	manifest, err := backup.Make(ctx, out, making)
	if err != nil {
		return err
	}
	if err := out.finish(); err != nil {
		return err
	}
	fmt.Fprintf(p.logs, "%s: %d bytes, %s\n", out.name, out.written, told(manifest))
	if n := len(manifest.Photos.Missing); n > 0 {
		return fmt.Errorf("%d photos are not in the backup, because the photo store does not have them (the manifest names them). The backup was kept, but it does not count as a good one", n)
	}
	if err := db.NoteBackup(ctx, now); err != nil {
		p.log.Warn("the backup is good, but that could not be written down", "err", err)
	}
	return nil
}

func told(m backup.Manifest) string {
	return fmt.Sprintf("%d rows in %d tables, ledger at line %d, %d photos of %d bytes",
		m.Rows(), len(m.Tables), m.Ledger.Last, m.Photos.Count, m.Photos.Bytes)
}

func verifyBackup(ctx context.Context, p program, arguments []string) error {
	in, identities, err := openForReading(p, arguments, backupUsage)
	if err != nil {
		return err
	}
	defer in.Close()
	header, manifest, err := backup.Verify(ctx, in, identities, slowProgress(p.logs))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "whole: made %s by Linli %s on %s, schema %d; %s\n",
		header.MadeAt.Format(time.RFC3339), header.Program, header.From, header.Schema, told(manifest))
	if manifest.Ledger.Checkpoint != "" {
		fmt.Fprintf(p.out, "its newest signed checkpoint of the ledger:\n%s", manifest.Ledger.Checkpoint)
	}
	return photosMissing(manifest)
}

func photosMissing(m backup.Manifest) error {
	if n := len(m.Photos.Missing); n > 0 {
		return fmt.Errorf("%d photos were missing from the photo store when this backup was made; the first is %s", n, m.Photos.Missing[0])
	}
	return nil
}

// restore needs nothing but an empty place and the secret key: it does not open the house, which would make it not empty.
func restore(ctx context.Context, p program, arguments []string) error {
	const usage = `usage:
  linli restore FILE     into the empty place that LINLI_DATA_DIR, LINLI_DATABASE_URL and LINLI_S3_* name; "-" is standard input
  linli restore -copy    the newest that the continuous copy in LINLI_COPY_DIR or LINLI_COPY_S3_* has, into the empty LINLI_DATA_DIR`
	if len(arguments) == 1 && (arguments[0] == "-copy" || arguments[0] == "--copy") {
		return restoreCopy(ctx, p)
	}
	in, identities, err := openForReading(p, arguments, usage)
	if err != nil {
		return err
	}
	defer in.Close()
	to := backup.Restoring{
		Database:   storage.Options{URL: p.config.DatabaseURL, Dir: p.config.DataDir},
		Identities: identities,
		Progress:   slowProgress(p.logs),
	}
	if p.config.S3Endpoint != "" {
		if to.S3, err = openBlobs(p.config); err != nil {
			return err
		}
	}
	header, manifest, err := backup.Restore(ctx, in, to)
	if errors.Is(err, backup.ErrDamaged) {
		return fmt.Errorf("%w\nNothing of it is in use. Try an older backup", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "restored and compared: made %s on %s, schema %d; %s\n", header.MadeAt.Format(time.RFC3339), header.From, header.Schema, told(manifest))
	return photosMissing(manifest)
}

// openForReading opens the one file that is named, and the keys that may be needed for it.
func openForReading(p program, arguments []string, usage string) (io.ReadCloser, backup.Identities, error) {
	if len(arguments) != 1 {
		return nil, nil, errors.New(usage)
	}
	identities, err := backup.ParseIdentities(p.config.BackupSecret)
	if err != nil {
		return nil, nil, fmt.Errorf("LINLI_BACKUP_IDENTITY_FILE: %w", err)
	}
	if arguments[0] == "-" {
		return io.NopCloser(os.Stdin), identities, nil
	}
	in, err := os.Open(arguments[0]) // #nosec G703 -- the file that whoever sits at the server has named
	return in, identities, err
}

func printBackupKey(p program) error {
	file, public, err := backup.NewKey()
	if err != nil {
		return err
	}
	fmt.Fprint(p.out, file)
	fmt.Fprintf(p.logs, "Keep the lines above in a file off this machine, in two places; without them no backup can be read.\nOn this machine set LINLI_BACKUP_RECIPIENT=%s\n", public)
	return nil
}

// backupFile is where a backup is written: beside its name first, so that under the name there is only ever a whole one.
type backupFile struct {
	*bufio.Writer
	file    *os.File // nil for standard output
	name    string
	written int64
}

func openBackupFile(p program, to string, at time.Time, encrypted bool) (*backupFile, error) {
	if to == "-" {
		return newBackupFile(nil, p.out, "standard output"), nil
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = filepath.Join(to, "linli-"+at.Format("20060102-150405")+".backup")
		if encrypted {
			to += ".age"
		}
	}
	if _, err := os.Stat(to); err == nil {
		return nil, fmt.Errorf("%s is there already", to)
	}
	f, err := os.OpenFile(to+".unfinished", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return newBackupFile(f, f, to), nil
}

func newBackupFile(f *os.File, w io.Writer, name string) *backupFile {
	b := &backupFile{file: f, name: name}
	b.Writer = bufio.NewWriterSize(&measured{w, &b.written}, 1<<20)
	return b
}

type measured struct {
	io.Writer
	n *int64
}

func (c *measured) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	*c.n += int64(n)
	return n, err
}

// finish brings the file to the medium and gives it its name.
func (b *backupFile) finish() error {
	if err := b.Flush(); err != nil || b.file == nil {
		return err
	}
	if err := errors.Join(b.file.Sync(), b.file.Close()); err != nil {
		return err
	}
	unfinished := b.file.Name()
	b.file = nil
	// Link and not rename: it refuses a name that somebody took meanwhile.
	if err := os.Link(unfinished, b.name); err != nil {
		return err
	}
	if err := os.Remove(unfinished); err != nil {
		return err
	}
	return storage.SyncFolder(filepath.Dir(b.name))
}

// abandon removes what is not finished.
func (b *backupFile) abandon() {
	if b.file != nil {
		b.file.Close()
		os.Remove(b.file.Name())
	}
}

// slowProgress prints how far a part has come every two seconds; what takes less says nothing.
func slowProgress(w io.Writer) backup.Progress {
	told := time.Now()
	return func(part string, done, total int64) {
		if time.Since(told) < 2*time.Second {
			return
		}
		told = time.Now()
		if total > 0 {
			fmt.Fprintf(w, "%s: %d of %d\n", part, done, total)
			return
		}
		fmt.Fprintf(w, "%s: %d\n", part, done)
	}
}

// lastBackupGauge tells Prometheus when the newest good backup was made; 0 is never.
func lastBackupGauge(db *storage.DB) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "linli_last_backup_timestamp_seconds",
		Help: "When the newest good backup by linli backup was made, in Unix seconds; 0 where there was none.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		at, err := db.LastBackup(ctx)
		switch {
		case err != nil:
			return math.NaN()
		case at.IsZero():
			return 0
		}
		return float64(at.Unix())
	})
}
