package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestKeysAreMadeOnceAndKept(t *testing.T) {
	folder := t.TempDir()
	keys := make([][]secretKey, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			var err error
			if keys[i], err = tokenKeys(Config{DataDir: folder}, time.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, k := range keys {
		if len(k) != 1 || !bytes.Equal(k[0].Key, keys[0][0].Key) {
			t.Fatal("copies that start together have different keys")
		}
	}
	info, err := os.Stat(filepath.Join(folder, "secret-keys"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	left, _ := os.ReadDir(folder)
	if len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestKeyFileThatOthersCanReadIsRefused(t *testing.T) {
	folder := t.TempDir()
	if _, err := tokenKeys(Config{DataDir: folder}, time.Now()); err != nil {
		t.Fatal(err)
	}
	os.Chmod(filepath.Join(folder, "secret-keys"), 0o640)
	if _, err := tokenKeys(Config{DataDir: folder}, time.Now()); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("%v", err)
	}
}

func TestTwoKeysWhileTheyAreExchanged(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "secret-keys")
	text := newKey(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)) + "\n" + newKey(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)) + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := tokenKeys(Config{DataDir: folder}, time.Now())
	if err != nil || len(keys) != 2 || keys[0].ID != "k202612" || keys[1].ID != "k202611" {
		t.Errorf("%v, %v", keys, err)
	}
}

func TestPostgresNeedsGivenKeys(t *testing.T) {
	_, err := tokenKeys(Config{DataDir: t.TempDir(), DatabaseURL: "postgres://x"}, time.Now())
	if err == nil || !strings.Contains(err.Error(), "linli new-key") {
		t.Errorf("%v", err)
	}
}
