package provisioning

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// Prefix begins every token, so that people and scanners of leaked secrets know one.
const Prefix = "cpt_"

// Token is a token as the window shows it; the token itself is never shown again.
type Token struct {
	PublicID  string
	Name      string
	Hint      string
	Scopes    []Scope
	CreatedBy string
	CreatedAt string
	ExpiresAt string // instant, "" = never
	State     string // active, expired, revoked
	UsedAt    string // "" = never
	UsedFrom  string
}

// NewToken asks for a token.
type NewToken struct {
	Key     string
	Name    string
	Scopes  []string
	Expires string // last day, YYYY-MM-DD; "" = never
}

// Made is a token that was just made: the only time that it is told.
type Made struct {
	PublicID string
	Secret   string
}

// CreateToken makes a token and, with the first one, switches the interface on. A repeat of the
// same command is refused rather than answered: the token is told once.
func (s *Service) CreateToken(ctx context.Context, who actor.Actor, in NewToken) (m Made, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Made{}, err
	}
	text.Each(text.Line, &in.Name)
	var random [32]byte
	if _, err := io.ReadFull(s.Random, random[:]); err != nil {
		return Made{}, err
	}
	m.Secret = Prefix + base64.RawURLEncoding.EncodeToString(random[:])
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		expires, err := checkToken(ctx, tx, &in)
		if err != nil {
			return err
		}
		ran := false
		if err := audit.Once(ctx, tx, in.Key, "api.token", in, &m.PublicID, func() error {
			ran = true
			m.PublicID, err = s.insertToken(ctx, tx, who, in, expires, m.Secret)
			return err
		}); err != nil {
			return err
		}
		if !ran {
			return fault.New(fault.Conflict, "fault.api.told_once")
		}
		return nil
	})
	if err != nil {
		return Made{}, err
	}
	return m, nil
}

// checkToken refuses what cannot be, and gives the instant after the last day.
func checkToken(ctx context.Context, tx *db.Tx, in *NewToken) (expires *string, err error) {
	var form fault.Form
	form.Need("name", in.Name)
	form.MaxLen("name", in.Name, 80)
	if len(in.Scopes) == 0 {
		form.Add("scopes", "fault.required")
	}
	for _, x := range in.Scopes {
		if !slices.Contains(Scopes(), Scope(x)) {
			form.Add("scopes", "fault.choice")
		}
	}
	f, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return nil, err
	}
	if in.Expires != "" {
		day, err := civil.Parse(in.Expires)
		switch {
		case err != nil:
			form.Add("expires", "fault.not_a_date")
		case day.Before(f.Today(tx.Now)):
			form.Add("expires", "fault.api.past")
		default:
			end := db.Stamp(startOf(day.AddDays(1), f))
			expires = &end
		}
	}
	if n, err := tx.CountApiTokens(ctx); err != nil {
		return nil, err
	} else if n >= maxTokens {
		form.Add("name", "fault.api.too_many_tokens", "max", maxTokens)
	}
	return expires, form.Err()
}

func (s *Service) insertToken(ctx context.Context, tx *db.Tx, who actor.Actor, in NewToken, expires *string, secret string) (string, error) {
	publicID := s.IDs()
	scopes, err := json.Marshal(in.Scopes)
	if err != nil {
		return "", err
	}
	id, err := tx.InsertApiToken(ctx, gen.InsertApiTokenParams{PublicID: publicID, Name: in.Name, Hint: secret[:len(Prefix)+4], TokenHash: hashOf(secret),
		Scopes: string(scopes), CreatedBy: who.Name, CreatedAt: tx.Stamp(), ExpiresAt: expires})
	if err != nil {
		return "", err
	}
	if on, err := tx.ApiEnabled(ctx); err != nil {
		return "", err
	} else if n, err := tx.CountApiTokens(ctx); err != nil {
		return "", err
	} else if on == 0 && n == 1 {
		if err := s.setOn(ctx, tx, who, true); err != nil {
			return "", err
		}
	}
	tx.AfterCommit(func() { s.Changed("provisioning") })
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "api.token_made", ObjectKind: "api_token", ObjectID: id, Details: map[string]any{"scopes": in.Scopes, "expires": in.Expires}})
}

// RevokeToken ends a token at once. Revoking it again changes nothing.
func (s *Service) RevokeToken(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := tx.ApiTokenByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		at := tx.Stamp()
		n, err := tx.RevokeApiToken(ctx, gen.RevokeApiTokenParams{ID: t.ID, RevokedAt: &at})
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed("provisioning") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "api.token_revoked", ObjectKind: "api_token", ObjectID: t.ID})
	})
}

func tokens(ctx context.Context, q *gen.Queries, now time.Time) ([]Token, error) {
	rows, err := q.ApiTokens(ctx, 200)
	list := make([]Token, 0, len(rows))
	for _, r := range rows {
		t := Token{PublicID: r.PublicID, Name: r.Name, Hint: r.Hint + "…", Scopes: scopesOf(r.Scopes), CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt, ExpiresAt: value(r.ExpiresAt),
			State: "active", UsedAt: value(r.LastUsedAt), UsedFrom: r.LastUsedAddress}
		switch {
		case r.RevokedAt != nil:
			t.State = "revoked"
		case r.ExpiresAt != nil && *r.ExpiresAt <= db.Stamp(now):
			t.State = "expired"
		}
		list = append(list, t)
	}
	return list, err
}

// Authenticate finds whom a token stands for. What was never made, is over, revoked, or shown
// while the interface is off gives ErrNobody, whatever it is.
func (s *Service) Authenticate(ctx context.Context, token, address, lang string) (c Caller, err error) {
	if !strings.HasPrefix(token, Prefix) || len(token) > 100 {
		return Caller{}, ErrNobody
	}
	now := s.DB.Now()
	var row gen.ApiTokenByHashRow
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err = q.ApiTokenByHash(ctx, gen.ApiTokenByHashParams{TokenHash: hashOf(token), Now: db.Stamp(now)})
		return db.NotFound(err)
	})
	if fault.Is(err, fault.NotFound) {
		return Caller{}, ErrNobody
	}
	if err != nil {
		return Caller{}, err
	}
	if s.used.due(row.ID, address, now) {
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			at := tx.Stamp()
			return tx.TouchApiToken(ctx, gen.TouchApiTokenParams{ID: row.ID, LastUsedAt: &at, LastUsedAddress: address})
		}); err != nil {
			return Caller{}, err
		}
	}
	return Caller{TokenID: row.ID, Token: row.PublicID, Name: row.Name, Lang: lang, scopes: scopesOf(row.Scopes)}, nil
}

// CheckSPID refuses a call that names another third-party account than the firm's, or none where
// the firm has one.
func (s *Service) CheckSPID(ctx context.Context, named string) error {
	var spid string
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		f, err := company.Get(ctx, q)
		spid = f.SPID
		return err
	}); err != nil {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(named), spid) {
		return ErrSPID
	}
	return nil
}

// lastUse bounds how often the use of a token is written down: once a minute, and whenever it
// comes from another address.
type lastUse struct {
	mu   sync.Mutex
	seen map[int64]use
}

type use struct {
	at      time.Time
	address string
}

func (l *lastUse) due(token int64, address string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[int64]use{}
	}
	last, known := l.seen[token]
	if since := now.Sub(last.at); known && last.address == address && since >= 0 && since < time.Minute {
		return false
	}
	l.seen[token] = use{now, address}
	return true
}

// noteKey refuses a key that this caller used with another body before.
func (s *Service) noteKey(ctx context.Context, c Caller, key, what string, body any) error {
	if key == "" {
		return nil
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	hash := hashOf(what + "\n" + string(b))
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		p := gen.NoteApiKeyParams{TokenID: c.TokenID, KeyHash: hashOf(key), BodyHash: hash, CreatedAt: tx.Stamp()}
		if err := tx.NoteApiKey(ctx, p); err != nil {
			return err
		}
		known, err := tx.ApiKeyBody(ctx, gen.ApiKeyBodyParams{TokenID: p.TokenID, KeyHash: p.KeyHash})
		if err == nil && known != hash {
			return fault.New(fault.Conflict, "fault.command_reused")
		}
		return err
	})
}

func scopesOf(stored string) []Scope {
	list := []Scope{}
	if err := json.Unmarshal([]byte(stored), &list); err != nil {
		return []Scope{} // what cannot be read opens nothing
	}
	return list
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// startOf is the instant at which a day begins where the firm is.
func startOf(day civil.Date, f company.Firm) time.Time {
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, f.Location()).UTC()
}
