package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"linli/storage"
)

// services is a database and a bucket of their own on the servers that .ci/with-services.sh started. Their data live in
// memory of the kernel at best: the program is killed here, not they.
func services(ctx context.Context) (w where, err error) {
	server, endpoint := os.Getenv("LINLI_TEST_POSTGRES"), os.Getenv("LINLI_TEST_S3_ENDPOINT")
	if server == "" || endpoint == "" {
		return w, errors.New("this trial needs .ci/with-services.sh around it")
	}
	b := make([]byte, 6)
	rand.Read(b)
	name := "linli_trial_" + hex.EncodeToString(b)
	connection, err := pgx.Connect(ctx, server)
	if err != nil {
		return w, err
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return w, err
	}
	u, err := url.Parse(server)
	if err != nil {
		return w, err
	}
	u.Path = "/" + name
	dir, err := os.MkdirTemp("", "linli-trial-")
	if err != nil {
		return w, err
	}
	return where{
		dir: filepath.Clean(dir), databaseURL: u.String(),
		s3: &storage.S3Options{
			Endpoint: endpoint, Bucket: "trial-" + hex.EncodeToString(b),
			AccessKey: os.Getenv("LINLI_TEST_S3_ACCESS_KEY"), SecretKey: os.Getenv("LINLI_TEST_S3_SECRET_KEY"),
		},
	}, nil
}
