package copying

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"

	"github.com/minio/minio-go/v7"

	"linli/storage"
)

// Place is where a copy is kept: a folder on another medium, or a bucket. Names have slashes.
type Place interface {
	// Put stores size bytes under a name, durably before it returns, and never half.
	Put(ctx context.Context, name string, r io.ReadSeeker, size int64) error
	// Get opens what has the name; the error is fs.ErrNotExist when there is none.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// List tells every name that begins with under, which ends in a slash.
	List(ctx context.Context, under string, each func(name string)) error
	// Delete removes what has the name; that nothing has it is a success.
	Delete(ctx context.Context, name string) error
}

// folder is a place on another medium of this machine, or one that is mounted.
type folder struct{ root *os.Root }

// unfinished is where files are written before they have their names.
const unfinished = "unfinished"

// OpenFolder opens a folder, which has to be there: one that is made by itself would be on the wrong medium whenever the
// right one is not mounted.
func OpenFolder(dir string) (Place, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of the copy: %w", err)
	}
	return &folder{root}, nil
}

func (f *folder) Put(_ context.Context, name string, r io.ReadSeeker, _ int64) error {
	beside := path.Join(unfinished, rand.Text())
	if err := f.settle(unfinished); err != nil {
		return err
	}
	if err := f.write(beside, r); err != nil {
		return errors.Join(err, f.root.Remove(beside))
	}
	if err := f.settle(path.Dir(name)); err != nil {
		return err
	}
	if err := f.root.Rename(beside, name); err != nil {
		return err
	}
	return f.sync(path.Dir(name))
}

func (f *folder) write(name string, r io.Reader) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// settle makes a folder, and brings it and those above it to the medium when it was not there.
func (f *folder) settle(dir string) error {
	if _, err := f.root.Stat(dir); err == nil {
		return nil
	}
	if err := f.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for dir != "." {
		dir = path.Dir(dir)
		if err := f.sync(dir); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) sync(dir string) error {
	file, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func (f *folder) Get(_ context.Context, name string) (io.ReadCloser, error) { return f.root.Open(name) }

func (f *folder) List(_ context.Context, under string, each func(string)) error {
	err := fs.WalkDir(f.root.FS(), path.Clean(under), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			each(name)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (f *folder) Delete(_ context.Context, name string) error {
	err := f.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// SameMedium reports whether two folders are on one file system, where one fault takes both.
func SameMedium(a, b string) bool {
	here, err := os.Stat(a)
	if err != nil {
		return false
	}
	there, err := os.Stat(b)
	return err == nil && device(here) == device(there)
}

// bucket is a place on an S3 server.
type bucket struct {
	client *minio.Core
	name   string
	region string
	mu     sync.Mutex
	made   bool
}

// singlePut is up to how many bytes go in one call; only the copy of a large database is larger.
const singlePut = 1 << 30

// OpenBucket prepares a client; the server may be away. The bucket is made when it is not there.
func OpenBucket(o storage.S3Options) (Place, error) {
	client, err := o.Client()
	if err != nil {
		return nil, err
	}
	return &bucket{client: client, name: o.Bucket, region: o.Region}, nil
}

func (b *bucket) Put(ctx context.Context, name string, r io.ReadSeeker, size int64) error {
	if err := b.make(ctx); err != nil {
		return err
	}
	options := minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: size < singlePut}
	done, err := b.client.Client.PutObject(ctx, b.name, name, r, size, options)
	if err == nil && done.ETag == "" {
		err = errors.New("what answered is not an S3 server: a put without an ETag")
	}
	return err
}

func (b *bucket) make(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made {
		return nil
	}
	there, err := b.client.BucketExists(ctx, b.name)
	if err == nil && !there {
		err = b.client.MakeBucket(ctx, b.name, minio.MakeBucketOptions{Region: b.region})
	}
	b.made = err == nil
	return err
}

func (b *bucket) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	body, _, _, err := b.client.GetObject(ctx, b.name, name, minio.GetObjectOptions{})
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return body, err
}

func (b *bucket) List(ctx context.Context, under string, each func(string)) error {
	if there, err := b.client.BucketExists(ctx, b.name); err != nil || !there {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for object := range b.client.Client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: under, Recursive: true}) {
		if object.Err != nil {
			return object.Err
		}
		each(object.Key)
	}
	return ctx.Err()
}

func (b *bucket) Delete(ctx context.Context, name string) error {
	return b.client.RemoveObject(ctx, b.name, name, minio.RemoveObjectOptions{})
}

// clearUnfinished removes what a keeper that was killed has left in a folder.
func (f *folder) clearUnfinished() error { return f.root.RemoveAll(unfinished) }
