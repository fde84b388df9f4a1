// Package accepted keeps what customers agreed to, in the words that were shown to them.
//
// What lives here: the words with their language and hash, and filing them. What must not: the
// words themselves (edge/portal shows and sends the same ones), what they are about. Called by
// office/registration and office/subscriptions in their transactions.
package accepted

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
)

// Terms are the words as they were shown, whole, and where they were accepted.
type Terms struct {
	Words   string
	Lang    string // fr, en
	Address string // of the network
	Shown   string // hash of the words on the page that was answered; "" = not said
}

// maxWords bounds what is kept: the terms of a firm have a bound of their own.
const maxWords = 200_000

// Clean takes out what no document can carry, and refuses what are no words, beside the field
// "terms".
func (t Terms) Clean() (Terms, error) {
	t.Words = text.Clean(t.Words)
	var form fault.Form
	if t.Words == "" || t.Lang != "fr" && t.Lang != "en" {
		form.Add("terms", "fault.signup.terms")
	}
	form.MaxLen("terms", t.Words, maxWords)
	return t, form.Err()
}

// Hash is the SHA-256 of the words, in hexadecimal digits.
func (t Terms) Hash() string {
	sum := sha256.Sum256([]byte(t.Words))
	return hex.EncodeToString(sum[:])
}

// Changed tells whether other words would be accepted than those that were shown.
func (t Terms) Changed() bool { return t.Shown != t.Hash() }

// File keeps what a contact of a customer accepted at an instant; subscriptionID is nil at
// registration.
func File(ctx context.Context, tx *db.Tx, customerID, contactID int64, subscriptionID *int64, at string, t Terms) error {
	return tx.InsertAcceptedTerms(ctx, gen.InsertAcceptedTermsParams{CustomerID: customerID, ContactID: contactID, SubscriptionID: subscriptionID, Words: t.Words, Lang: t.Lang, Hash: t.Hash(), At: at, Address: t.Address})
}
