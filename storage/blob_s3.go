package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Options say where an S3 server is.
type S3Options struct {
	Endpoint  string // host:port, without a scheme
	AccessKey string
	SecretKey string
	Bucket    string
	Region    string // empty means us-east-1, which servers that have no regions accept
	Secure    bool   // https
}

// S3Blobs keeps blobs in a bucket of any S3 server, with the plainest calls of the protocol: put, get, head, delete of
// one object, and make bucket. No multipart, no listing, no tags, nothing that one maker's server does and another's
// does not.
type S3Blobs struct {
	client *minio.Core
	bucket string
	region string
	ready  atomic.Bool // the bucket is known to exist
	answer patience
}

const (
	s3MaxBlob     = 32 << 20
	s3CallTime    = 6 * time.Second  // a call that moves no photo, and the first byte of one that does
	s3PutTime     = 15 * time.Second // what a phone waits for its photo is 20 s and more
	s3GetTime     = 60 * time.Second // the reading of a photo
	s3Retries     = 3
	s3DialTime    = 3 * time.Second
	s3HeaderTime  = 6 * time.Second
	s3IdleTime    = 60 * time.Second
	s3Connections = 32
)

// OpenS3Blobs prepares a client. It does not need the server: the program must start, and take what people write,
// while the photo store is away. The bucket is made at the first Put or Ping that gets through.
func OpenS3Blobs(o S3Options) (*S3Blobs, error) {
	if o.Bucket == "" {
		return nil, errors.New("S3 needs the name of a bucket")
	}
	if o.Region == "" {
		o.Region = "us-east-1" // a region that is given saves a question to the server before each first call
	}
	client, err := o.Client()
	if err != nil {
		return nil, err
	}
	return &S3Blobs{client: client, bucket: o.Bucket, region: o.Region, answer: patience{now: time.Now}}, nil
}

// Client speaks with the server by our rules: no proxy of the environment, and no waiting without an end.
func (o S3Options) Client() (*minio.Core, error) {
	transport, err := minio.DefaultTransport(o.Secure)
	if err != nil {
		return nil, fmt.Errorf("S3: %w", err)
	}
	transport.Proxy = nil // the store is ours: no environment variable may send photos elsewhere
	transport.DialContext = (&net.Dialer{Timeout: s3DialTime}).DialContext
	transport.ResponseHeaderTimeout = s3HeaderTime
	transport.IdleConnTimeout = s3IdleTime
	transport.MaxIdleConnsPerHost = s3Connections
	transport.MaxConnsPerHost = s3Connections
	client, err := minio.NewCore(o.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure:     o.Secure,
		Region:     o.Region,
		Transport:  transport,
		MaxRetries: s3Retries,
	})
	if err != nil {
		return nil, fmt.Errorf("S3 at %s: %w", o.Endpoint, err)
	}
	return client, nil
}

// Put reads the bytes, compares them with their name, and stores them in one call, which S3 promises to be whole or
// nothing and durable when it answers.
func (s *S3Blobs) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := checkBlobName(name); err != nil {
		return err
	}
	b, err := readExactly(r, size)
	if err != nil {
		return err
	}
	if BlobName(b) != name {
		return errWrongBytes
	}
	leave, err := s.answer.enter()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s3PutTime)
	defer cancel()
	err = s.put(ctx, name, b)
	leave(err)
	return err
}

func (s *S3Blobs) put(ctx context.Context, name string, b []byte) error {
	if err := s.makeBucket(ctx); err != nil {
		return storeAway(err)
	}
	// One call with the hash of the whole signed into it (and no hash of its own making): the server refuses bytes that
	// changed on the way. A reader that can seek is sent again when the connection breaks.
	options := minio.PutObjectOptions{ContentType: "image/jpeg", PartSize: s3MaxBlob, DisableContentSha256: true}
	put, err := s.client.PutObject(ctx, s.bucket, name, bytes.NewReader(b), int64(len(b)), "", name, options)
	if minio.ToErrorResponse(err).Code == "NoSuchBucket" {
		s.ready.Store(false) // somebody removed it: the next Put makes it again
	}
	if err == nil && put.ETag == "" {
		err = errors.New("what answered is not an S3 server: a put without an ETag")
	}
	return storeAwayOrNil(err)
}

// Get opens a blob. The whole of the reading stands under one deadline, which ends with Close.
func (s *S3Blobs) Get(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	if err := checkBlobName(name); err != nil {
		return nil, 0, err
	}
	leave, err := s.answer.enter()
	if err != nil {
		return nil, 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, s3GetTime)
	late := time.AfterFunc(s3CallTime, cancel)
	body, info, _, err := s.client.GetObject(ctx, s.bucket, name, minio.GetObjectOptions{})
	if !late.Stop() {
		err = errors.Join(context.DeadlineExceeded, err)
	}
	if err != nil {
		if body != nil {
			body.Close()
		}
		cancel()
		leave(err)
		return nil, 0, absentOnS3(name, err)
	}
	leave(nil)
	return &s3Body{body, cancel}, info.Size, nil
}

// Has reports whether the blob is there.
func (s *S3Blobs) Has(ctx context.Context, name string) (bool, error) {
	if err := checkBlobName(name); err != nil {
		return false, err
	}
	leave, err := s.answer.enter()
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, s3CallTime)
	defer cancel()
	_, err = s.client.StatObject(ctx, s.bucket, name, minio.StatObjectOptions{})
	leave(err)
	if err == nil {
		return true, nil
	}
	return false, nilIfNoBlob(absentOnS3(name, err))
}

// Delete removes a blob.
func (s *S3Blobs) Delete(ctx context.Context, name string) error {
	if err := checkBlobName(name); err != nil {
		return err
	}
	leave, err := s.answer.enter()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s3CallTime)
	defer cancel()
	err = s.client.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{})
	leave(err)
	if err == nil {
		return nil
	}
	return nilIfNoBlob(absentOnS3(name, err))
}

// Ping reports whether the server answers and has the bucket.
func (s *S3Blobs) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s3CallTime)
	defer cancel()
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return storeAway(err)
	}
	if !there {
		s.ready.Store(false)
	}
	return storeAwayOrNil(s.makeBucket(ctx))
}

// makeBucket makes the bucket once a process. That somebody made it before is the usual case, said in two ways.
func (s *S3Blobs) makeBucket(ctx context.Context) error {
	if s.ready.Load() {
		return nil
	}
	err := s.client.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: s.region})
	switch minio.ToErrorResponse(err).Code {
	case "BucketAlreadyOwnedByYou", "BucketAlreadyExists":
		err = nil
	}
	if err != nil {
		// A key that may not make buckets is enough where the bucket is there.
		if there, errThere := s.client.BucketExists(ctx, s.bucket); errThere != nil || !there {
			return err
		}
	}
	s.ready.Store(true)
	return nil
}

// absentOnS3 tells "no such blob" from everything else that can be wrong. A bucket that is not there is a store that
// is away: it held photos.
func absentOnS3(name string, err error) error {
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return noBlob(name)
	}
	return storeAway(err)
}

// readExactly reads size bytes and refuses fewer or more.
func readExactly(r io.Reader, size int64) ([]byte, error) {
	if size < 0 || size > s3MaxBlob {
		return nil, errWrongBytes
	}
	b, err := io.ReadAll(io.LimitReader(r, size+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) != size {
		return nil, errWrongBytes
	}
	return b, nil
}

type s3Body struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Read calls a connection that breaks off what it is: a store that is away.
func (b *s3Body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = storeAway(err)
	}
	return n, err
}

func (b *s3Body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
