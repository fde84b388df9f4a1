package signing

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/contracts"
	"comptoir/rules/evidence"
)

// OpenedDocument is a document of a round to be read.
type OpenedDocument struct {
	Name      string
	MediaType string
	Size      int64
	SHA256    string
	At        time.Time
	Bytes     io.ReadSeekCloser
}

// OpenDocument gives the bytes of a document of a round to somebody who is asked in it, whether the
// attachment is shown in the portal or not, or those of the sealed paper that came of it. That it
// was opened is kept.
func (s *Service) OpenDocument(ctx context.Context, who actor.Actor, contractID, versionID, userAgent string) (d OpenedDocument, err error) {
	var row gen.RoundDocumentByVersionRow
	var turns []string
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		now := s.DB.Now()
		c, err := contracts.SeenBy(ctx, q, now, who, contractID)
		if err != nil {
			return err
		}
		rounds, err := visited(ctx, q, who, c.ID)
		if err != nil {
			return err
		}
		for _, r := range rounds {
			found, err := q.RoundDocumentByVersion(ctx, gen.RoundDocumentByVersionParams{VersionID: versionID, ContractID: c.ID, RoundID: r.ID})
			if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			row = found
			turn, err := unread(ctx, q, now, who, c, r, versionID)
			if err != nil {
				return err
			}
			if turn != "" { // an approval and a signature may ask about the same document
				turns = append(turns, turn)
			}
		}
		if row.ID == 0 {
			return errNotFound
		}
		return nil
	}); err != nil {
		return OpenedDocument{}, err
	}
	return s.open(ctx, who, contractID, versionID, userAgent, turns, row)
}

// unread gives the visitor's turn in an open round of which it has not opened a document, "" for
// none.
func unread(ctx context.Context, q *gen.Queries, now moment, who actor.Actor, c gen.Contract, r gen.ContractRound, versionID string) (string, error) {
	if who.StandsIn() {
		return "", nil
	}
	a, err := load(ctx, q, now, c, r)
	if err != nil {
		return "", err
	}
	for i, t := range a.turns {
		if !a.belongs(who, i) {
			continue
		}
		e, err := a.opening(ctx, q, who, i, versionID)
		if err != nil || e == nil {
			return "", err
		}
		return t.PublicID, nil
	}
	return "", nil
}

// opening is what is kept when somebody opens a document at a turn: once for each document, once in
// the window and once in the portal, since those are different people. nil: it was kept before, or
// there is nothing to keep, as of a round that is closed and of a sealed paper.
func (a *asking) opening(ctx context.Context, q *gen.Queries, who actor.Actor, place int, versionID string) (*opening, error) {
	at := slices.IndexFunc(a.files, func(f gen.ContractRoundFilesRow) bool { return f.VersionPublicID == versionID })
	if at < 0 || !a.running() {
		return nil, nil //nolint:nilnil // nothing to keep
	}
	o := &opening{event: by(who, "", evidence.Event{Kind: evidence.Opened})}
	if a.round.Kind == Approval { // one chain for all its documents: the name tells which
		o.event.Document, o.event.Detail = a.round.Digest, a.files[at].Name
	} else {
		o.chain, o.event.Document = a.files[at].Position, a.files[at].Sha256
	}
	if a.turns[place].OpenedAt == nil {
		return o, nil
	}
	all, err := chains(ctx, q, a.round.ID)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(all[o.chain], func(e evidence.Event) bool {
		return e.Kind == evidence.Opened && e.Signer == a.turns[place].PublicID && e.Source == o.event.Source && e.Detail == o.event.Detail
	}) {
		return nil, nil //nolint:nilnil // as above
	}
	return o, nil
}

// opening is an event and the chain that it belongs to: that of the one document that was opened.
type opening struct {
	event evidence.Event
	chain int64
}

func (s *Service) open(ctx context.Context, who actor.Actor, contractID, versionID, userAgent string, turns []string, row gen.RoundDocumentByVersionRow) (OpenedDocument, error) {
	at, err := time.Parse(db.TimeFormat, row.CreatedAt)
	if err != nil {
		return OpenedDocument{}, err
	}
	b, err := s.Files.Open(row.Sha256, row.Size)
	if err != nil {
		return OpenedDocument{}, err
	}
	for _, turnID := range turns {
		err := s.noteOpened(ctx, who, contractID, turnID, versionID, userAgent)
		if err != nil && !fault.Is(err, fault.Unavailable) { // a full disk keeps nobody from reading
			return OpenedDocument{}, errors.Join(err, b.Close())
		}
	}
	return OpenedDocument{Name: row.Name, MediaType: row.MediaType, Size: row.Size, SHA256: row.Sha256, At: at, Bytes: b}, nil
}

func (s *Service) noteOpened(ctx context.Context, who actor.Actor, contractID, turnID, versionID, userAgent string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, place, err := s.turnOf(ctx, tx.Queries, tx.Now, who, contractID, turnID)
		if err != nil {
			return err
		}
		o, err := a.opening(ctx, tx.Queries, who, place, versionID)
		if err != nil || o == nil {
			return err
		}
		t := &a.turns[place]
		if _, err := tx.NoteTurnOpened(ctx, gen.NoteTurnOpenedParams{ID: t.ID, At: ptr(tx.Stamp())}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("contracts") })
		e := by(who, userAgent, o.event)
		e.At, e.Signer = tx.Now, t.PublicID
		return a.append(ctx, tx, o.chain, &t.ID, e)
	})
}

// DeskDocument gives the bytes of a document of a turn's round to a user of the firm, who reads it
// in the window or shows it to who is about to sign; that it was opened is kept of that turn.
func (s *Service) DeskDocument(ctx context.Context, who actor.Actor, turnID, versionID string) (OpenedDocument, error) {
	var row gen.RoundDocumentByVersionRow
	var turns []string
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		a, place, err := s.turnOf(ctx, q, s.DB.Now(), who, "", turnID)
		if err != nil {
			return err
		}
		if o, err := a.opening(ctx, q, who, place, versionID); err != nil {
			return err
		} else if o != nil {
			turns = []string{turnID}
		}
		row, err = q.RoundDocumentByVersion(ctx, gen.RoundDocumentByVersionParams{VersionID: versionID, ContractID: a.contract.ID, RoundID: a.round.ID})
		return db.NotFound(err)
	}); err != nil {
		return OpenedDocument{}, err
	}
	return s.open(ctx, who, "", versionID, "", turns, row)
}
