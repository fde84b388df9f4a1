package access

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// What office/registration needs for somebody who has no contact yet.

// HashOfNewcomer checks a first password by the rule of all passwords and hashes it.
func (s *Service) HashOfNewcomer(ctx context.Context, password, name, email string) (string, error) {
	var words []string
	err := s.db.Read(ctx, func(q *gen.Queries) (err error) {
		words, err = contextWords(ctx, q, name, email)
		return err
	})
	if err != nil {
		return "", err
	}
	if err := CheckPassword(password, words...); err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// Newcomer is a contact that was made a moment ago, its mailbox proved by a code.
type Newcomer struct {
	ContactID, CustomerID int64
	Name, Email, Lang     string
	PasswordHash          string // "" = it has its password already
}

// Admit gives a newcomer its password and opens its session, in the caller's transaction.
func (s *Service) Admit(ctx context.Context, tx *db.Tx, n Newcomer, from Browser) (Session, error) {
	if n.PasswordHash != "" {
		if err := s.setPassword(ctx, tx, n.ContactID, n.CustomerID, n.Email, n.PasswordHash); err != nil {
			return Session{}, err
		}
		who := actor.Actor{Kind: actor.Contact, ID: n.ContactID, Name: n.Name, CustomerID: n.CustomerID, Trust: actor.TrustPassword, Lang: n.Lang, Address: from.Address}
		if err := audit.Write(ctx, tx, who, audit.Record{Action: "contact.password_set", ObjectKind: "contact", ObjectID: n.ContactID}); err != nil {
			return Session{}, err
		}
	}
	return s.open(ctx, tx, opening{contactID: n.ContactID, customerID: n.CustomerID, name: n.Name, lang: n.Lang,
		trust: actor.TrustPassword, address: from.Address, userAgent: from.UserAgent})
}

// Free tries and mails of a registration before they have to wait. One address of the network may
// be a whole office, or the screen in the firm's own hall: each of its counts goes down by one in
// every startsForget, so that those who come one after the other never wait.
const (
	freeStarts   = 20 // of one address of the network
	freeMails    = 40 // codes that one address of the network has mailed, to whomever
	freeCodes    = 3  // to one address of mail
	startsForget = 10 * time.Minute
)

// TakeStart counts a registration that an address of the network begins, or tells that the
// address must rest.
func (s *Service) TakeStart(ctx context.Context, tx *db.Tx, address string) (rests bool, err error) {
	return s.takeLeaking(ctx, tx, "register:"+hashOf(address), freeStarts)
}

// TakeMail counts a code that an address of the network has mailed to somebody, or tells that the
// address must rest: nobody writes to the whole world from here.
func (s *Service) TakeMail(ctx context.Context, tx *db.Tx, address string) (rests bool, err error) {
	return s.takeLeaking(ctx, tx, "register-mail:"+hashOf(address), freeMails)
}

// takeLeaking counts one under a key whose count goes down with time.
func (s *Service) takeLeaking(ctx context.Context, tx *db.Tx, key string, free int64) (rests bool, err error) {
	n, last, err := s.failures(ctx, tx, key)
	if err != nil {
		return false, err
	}
	if n > 0 {
		n = max(n-int64(tx.Now.Sub(last)/startsForget), 0)
	}
	if n > 0 && tx.Now.Before(last.Add(delayAfter(n, free))) {
		return true, nil
	}
	if err := s.rub(ctx, tx); err != nil {
		return false, err
	}
	return false, tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, Failures: n + 1, LastAt: tx.Stamp()})
}

// TakeCode counts a mail that a stranger has sent to an address, known or not: some at once,
// then with a time between that doubles. It gives how long to wait, 0 where it may go.
func (s *Service) TakeCode(ctx context.Context, tx *db.Tx, email string) (wait time.Duration, err error) {
	key := "code:" + hashOf(email)
	n, last, err := s.failures(ctx, tx, key)
	if err != nil {
		return 0, err
	}
	if n > 0 && !tx.Now.Before(last.Add(mailForgets)) {
		n = 0
	}
	if n >= freeCodes {
		if wait = last.Add(min(mailLongest, mailFirst<<min(n-freeCodes, 12))).Sub(tx.Now); wait > 0 {
			return wait, nil
		}
	}
	return 0, tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, Failures: n + 1, LastAt: tx.Stamp()})
}
