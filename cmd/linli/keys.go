package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/storage"
)

// newKey makes a key of the sign-in tokens, named by the month in which it was made.
func newKey(now time.Time) string {
	b := make([]byte, 32)
	rand.Read(b)
	return "k" + now.UTC().Format("200601") + ":" + base64.StdEncoding.EncodeToString(b)
}

// tokenKeys finds the keys that sign people in. One machine may keep its own in the data folder; where several copies
// share one Postgres they must be given, because a key that each copy made for itself would sign people out at every
// second request.
func tokenKeys(c Config, now time.Time) ([]secretKey, error) {
	if c.SecretKeys != "" {
		return parseKeys(c.SecretKeys)
	}
	if c.DatabaseURL != "" {
		return nil, errors.New("LINLI_SECRET_KEYS is not set. All copies on one Postgres need the same key. Make one with\n" +
			"  linli new-key\nkeep it in a file that others cannot read, and name the file in LINLI_SECRET_KEYS_FILE")
	}
	return keysInFolder(filepath.Join(c.DataDir, "secret-keys"), now)
}

// keysInFolder reads the file, or makes it if it is not there. Link refuses an existing name, so of two copies that
// start together one makes the key and both read the same; the file is on the medium before its name appears, and its
// name before anybody is signed in with it.
func keysInFolder(file string, now time.Time) ([]secretKey, error) {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		if err := writeKeyFile(file, newKey(now)+"\n"); err != nil {
			return nil, fmt.Errorf("make %s: %w", file, err)
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s signs people in and can be read by others; run: chmod 600 %s", file, file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(strings.Join(strings.Fields(string(b)), ","))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return keys, nil
}

func writeKeyFile(file, text string) error {
	folder := filepath.Dir(file)
	if err := storage.MakeFolder(folder); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(folder, ".secret-keys-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(text)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return storage.SyncFolder(folder)
}
