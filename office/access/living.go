package access

import (
	"crypto/sha256"
	"sync"
	"time"

	"comptoir/db"
)

// livingMax bounds the sessions kept in memory.
const livingMax = 4096

// living remembers the sessions that the file confirmed within the last minute, so that a
// page does not ask again. Whatever ends a session or an access goes through this room and
// calls forget after its commit; an entry read before that is of an older epoch and counts
// no more. One process owns the file, so nobody else ends a session.
type living struct {
	mu    sync.RWMutex
	epoch uint64
	known map[[sha256.Size]byte]alive
}

type alive struct {
	session   Session
	epoch     uint64
	confirmed time.Time
	until     time.Time // the next touch is due: the file is asked again
}

func (l *living) now() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.epoch
}

func (l *living) find(token [sha256.Size]byte, now time.Time) (Session, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a, ok := l.known[token]
	if !ok || a.epoch != l.epoch || now.Before(a.confirmed) || !now.Before(a.until) || !now.Before(a.session.ExpiresAt) {
		return Session{}, false
	}
	return a.session, true
}

func (l *living) keep(token [sha256.Size]byte, s Session, epoch uint64, now, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if epoch != l.epoch {
		return
	}
	if len(l.known) >= livingMax || l.known == nil {
		l.known = map[[sha256.Size]byte]alive{}
	}
	l.known[token] = alive{s, epoch, now, until}
}

func (l *living) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
	l.known = nil
}

// ending has the sessions in memory forgotten once tx is durable.
func (s *Service) ending(tx *db.Tx) { tx.AfterCommit(s.living.forget) }
