package access

import (
	"context"
	"strings"
	"time"

	"comptoir/db"
	"comptoir/db/gen"
)

// Free tries before the delay starts to grow, and the longest delay: of one device or one
// address at a name, and of all addresses together.
const (
	freeNear = 5
	freeName = 100
	maxDelay = 15 * time.Minute
)

// The time between two mails to one contact that a stranger can ask for doubles from the
// first to the longest: some twelve mails on the first day, six on the next.
const (
	mailFirst   = 2 * time.Minute
	mailLongest = 4 * time.Hour
	mailForgets = 24 * time.Hour // without any, the delay starts anew
)

// delayAfter is how long to rest after that many failures in a row.
func delayAfter(failures, free int64) time.Duration {
	if failures < free {
		return 0
	}
	return min(maxDelay, 5*time.Second<<min(failures-free, 12))
}

// failures reads a count. A time that lies ahead comes from a clock that was wrong once:
// it becomes now, in the file as well, or nobody would get in until it has come.
func (s *Service) failures(ctx context.Context, tx *db.Tx, key string) (n int64, last time.Time, err error) {
	f, err := tx.FailureOf(ctx, key)
	if missing(err) {
		return 0, time.Time{}, nil
	}
	if err != nil {
		return 0, time.Time{}, err
	}
	if last, err = time.Parse(db.TimeFormat, f.LastAt); err != nil {
		return 0, time.Time{}, err
	}
	if last.After(tx.Now) {
		last = tx.Now
		err = tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, Failures: f.Failures, LastAt: tx.Stamp()})
	}
	return f.Failures, last, err
}

// rests tells whether key must rest now.
func (s *Service) rests(ctx context.Context, tx *db.Tx, key string, free int64) (bool, error) {
	n, last, err := s.failures(ctx, tx, key)
	return err == nil && tx.Now.Before(last.Add(delayAfter(n, free))), err
}

// count adds one to key.
func (s *Service) count(ctx context.Context, tx *db.Tx, key string) error {
	if err := s.rub(ctx, tx); err != nil {
		return err
	}
	n, _, err := s.failures(ctx, tx, key)
	if err != nil {
		return err
	}
	return tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, Failures: n + 1, LastAt: tx.Stamp()})
}

// resting counts a try under key, or tells that the key must rest.
func (s *Service) resting(ctx context.Context, tx *db.Tx, key string) (bool, error) {
	rests, err := s.rests(ctx, tx, key, freeNear)
	if err != nil || rests {
		return rests, err
	}
	return false, s.count(ctx, tx, key)
}

// onceIn tells whether key is free, and takes it for a while.
func (s *Service) onceIn(ctx context.Context, tx *db.Tx, key string, every time.Duration) (free bool, err error) {
	_, last, err := s.failures(ctx, tx, key)
	if err != nil || (!last.IsZero() && tx.Now.Before(last.Add(every))) {
		return false, err
	}
	return true, tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, LastAt: tx.Stamp()})
}

// seldom is onceIn with a time that doubles: for mails that a stranger can have sent to
// somebody again and again.
func (s *Service) seldom(ctx context.Context, tx *db.Tx, key string) (free bool, err error) {
	n, last, err := s.failures(ctx, tx, key)
	if err != nil {
		return false, err
	}
	if n > 0 && !tx.Now.Before(last.Add(mailForgets)) {
		n = 0
	}
	if n > 0 && tx.Now.Before(last.Add(min(mailLongest, mailFirst<<min(n-1, 12)))) {
		return false, nil
	}
	return true, tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, Failures: n + 1, LastAt: tx.Stamp()})
}

// ForgetNames deletes the tries to sign in, or to be written to, that were counted under these
// names and addresses (office/privacy).
func (s *Service) ForgetNames(ctx context.Context, tx *db.Tx, names ...string) error {
	for _, n := range names {
		for _, form := range []string{n, strings.ToLower(n)} {
			if err := tx.DeleteFailuresOf(ctx, hashOf(form)); err != nil {
				return err
			}
		}
	}
	return nil
}
