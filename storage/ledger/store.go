// Package ledger seals the ledger: it gives every line a position in a Merkle tree, signs checkpoints of the tree and
// lets them leave the machine, proves that a line stands in it, erases what is personal beside it, and verifies a whole
// ledger, also that of a copied database. The lines themselves are written by storage.Record, in the transaction of the
// change they tell of; nothing here stands in the way of a request.
package ledger

import (
	"errors"
	"fmt"

	"linli/storage"
	"linli/storage/outbound"
)

// Store holds the use-cases of the sealed ledger. Make it with New.
type Store struct {
	db     *storage.DB
	signer *Signer
	folder string
	url    string
	client *outbound.Client
}

// Options say by which ways checkpoints leave the machine. Both may be empty.
type Options struct {
	Signer *Signer
	// Folder gets one file a checkpoint, never changed afterwards.
	Folder string
	// URL gets every checkpoint by POST, through Client, which says where it may lie.
	URL    string
	Client *outbound.Client
}

// New makes a Store on db. It refuses an address that checkpoints should not go to.
func New(db *storage.DB, o Options) (*Store, error) {
	if o.URL != "" && o.Client == nil {
		return nil, errors.New("checkpoints have an address, and nothing to send them with")
	}
	if o.URL != "" {
		if err := o.Client.Check(o.URL); err != nil {
			return nil, fmt.Errorf("LINLI_CHECKPOINT_URL: %w; a receiver in a network of your own needs LINLI_OUTBOUND_PRIVATE", err)
		}
	}
	return &Store{db: db, signer: o.Signer, folder: o.Folder, url: o.URL, client: o.Client}, nil
}
