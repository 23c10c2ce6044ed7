package storagetest

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"testing"

	"linli/storage"
)

// Disk opens a photo directory for the length of the test.
func Disk(t testing.TB) storage.Blobs {
	t.Helper()
	blobs, err := storage.OpenDiskBlobs(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	return blobs
}

// S3 opens an empty bucket of the S3 server at LINLI_TEST_S3_ENDPOINT. Where there is none the test is skipped, or
// fails if LINLI_TEST_REQUIRED is set.
func S3(t testing.TB) storage.Blobs {
	t.Helper()
	blobs, err := storage.OpenS3Blobs(S3Options(t))
	if err != nil {
		t.Fatal(err)
	}
	return blobs
}

// S3Options say where the S3 server of the tests is, with a bucket name that nobody used before.
func S3Options(t testing.TB) storage.S3Options {
	t.Helper()
	o := storage.S3Options{
		Endpoint:  os.Getenv("LINLI_TEST_S3_ENDPOINT"),
		AccessKey: os.Getenv("LINLI_TEST_S3_ACCESS_KEY"),
		SecretKey: os.Getenv("LINLI_TEST_S3_SECRET_KEY"),
	}
	if o.Endpoint == "" || o.AccessKey == "" || o.SecretKey == "" {
		if os.Getenv("LINLI_TEST_REQUIRED") != "" {
			t.Fatal("LINLI_TEST_S3_ENDPOINT, _ACCESS_KEY or _SECRET_KEY is not set, and LINLI_TEST_REQUIRED says that they must be")
		}
		t.Skip("LINLI_TEST_S3_ENDPOINT, _ACCESS_KEY and _SECRET_KEY are not set")
	}
	b := make([]byte, 6)
	rand.Read(b)
	o.Bucket = "linli-" + hex.EncodeToString(b)
	return o
}
