package signing

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/outbox"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// CodeSent tells where a code went.
type CodeSent struct {
	To      string // masked
	Until   string
	Minutes int
}

// Code derives the six digits of a round of a code from the key file: of is its public id. No file
// holds it.
func (s *Service) Code(of, round string) string {
	m := hmac.New(sha256.New, s.Key)
	_, _ = fmt.Fprintf(m, "sign/%s/%s", of, round) // a hash never fails
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(m.Sum(nil))%1_000_000)
}

// SendCode mails a code to the person whose turn it is: six digits for this turn and no other, good
// for some minutes and a few tries. Asked again within a moment it is the same one.
func (s *Service) SendCode(ctx context.Context, who actor.Actor, in Decide) (sent CodeSent, err error) {
	if err := ownWord(who); err != nil {
		return CodeSent{}, err
	}
	if who.Kind == actor.Staff || who.Beside() { // nobody of the firm has the code of another sent
		return CodeSent{}, errNobody
	}
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		a, place, err := s.turnOf(ctx, tx.Queries, tx.Now, who, in.ContractID, in.TurnID)
		if err != nil {
			return err
		}
		if err := a.mayAnswer(who, place, contract.SignedBy, false); err != nil {
			return err
		}
		if again, err := a.ready(place, in.Digest, contract.SignedBy); err != nil {
			return err
		} else if again {
			return ErrDecided
		}
		t := &a.turns[place]
		sent, refused, err = s.sendCode(ctx, tx, who, a, t, in.UserAgent)
		return err
	})
	if err == nil {
		err = refused
	}
	return sent, err
}

func (s *Service) sendCode(ctx context.Context, tx *db.Tx, who actor.Actor, a *asking, t *gen.ContractTurnsRow, userAgent string) (sent CodeSent, refused, err error) {
	if t.EmailNow == "" {
		return sent, fault.New(fault.Conflict, "fault.round.no_mail"), nil
	}
	sent = CodeSent{To: maskedAddress(t.EmailNow), Until: db.Stamp(tx.Now.Add(CodeLife)), Minutes: int(CodeLife.Minutes())}
	row, err := tx.ContractCodeOfTurn(ctx, t.ID)
	if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
		return sent, nil, err
	}
	if err == nil && row.Email == t.EmailNow && row.CodeUntil > db.Stamp(tx.Now.Add(CodeLife-codeAgain)) && row.Tries < CodeMost {
		sent.Until = row.CodeUntil // the second click of two
		return sent, nil, nil
	}
	if rests, err := s.Access.TakeMail(ctx, tx, who.Address); err != nil || rests {
		return sent, fault.New(fault.TooMany, "fault.too_many"), err
	}
	// Counted apart from the codes that strangers have sent to that mailbox: those keep nobody from signing.
	if wait, err := s.Access.TakeCode(ctx, tx, "contract "+strings.ToLower(t.EmailNow)); err != nil || wait > 0 {
		return sent, fault.New(fault.TooMany, "fault.signup.wait", "minutes", int64(math.Ceil(wait.Minutes()))), err
	}
	if err := tx.PutContractCode(ctx, gen.PutContractCodeParams{TurnID: t.ID, PublicID: s.IDs(), Email: t.EmailNow, CodeUntil: sent.Until, SentAt: tx.Stamp()}); err != nil {
		return sent, nil, err
	}
	if row, err = tx.ContractCodeOfTurn(ctx, t.ID); err != nil {
		return sent, nil, err
	}
	round := strconv.FormatInt(row.Round, 10)
	if err := s.mailTurn(ctx, tx, a, *t, outbox.ContractCode, "sign-code/"+row.PublicID+"/"+round, map[string]string{"code_of": row.PublicID, "round": round, "minutes": strconv.Itoa(sent.Minutes)}); err != nil {
		return sent, nil, err
	}
	tx.AfterCommit(func() { s.Changed("mails") })
	return sent, nil, a.note(ctx, tx, t, by(who, userAgent, evidence.Event{Kind: evidence.CodeSent, Detail: t.EmailNow}))
}

// tryCode compares what was typed with the code of a turn. A try counts before it is looked at; a
// right code is used up. refused is what the person is told; tried tells that it was a try, which
// stays in the file: a guess where no code counts any more is none, and leaves nothing.
func (s *Service) tryCode(ctx context.Context, tx *db.Tx, t *gen.ContractTurnsRow, typed string) (sentAt string, tried bool, refused, err error) {
	row, err := tx.ContractCodeOfTurn(ctx, t.ID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return "", false, atCode("fault.round.code_none"), nil
	}
	if err != nil {
		return "", false, nil, err
	}
	n, err := tx.TryContractCode(ctx, gen.TryContractCodeParams{TurnID: t.ID, Most: CodeMost})
	if err != nil {
		return "", false, nil, err
	}
	switch right := s.Code(row.PublicID, strconv.FormatInt(row.Round, 10)); {
	case n == 0 || row.CodeUntil <= tx.Stamp() || row.Email != t.EmailNow:
		return "", n > 0, atCode("fault.signup.code_dead"), nil
	case subtle.ConstantTimeCompare([]byte(digits(typed)), []byte(right)) == 1:
		return row.SentAt, true, nil, tx.EndContractCode(ctx, gen.EndContractCodeParams{TurnID: t.ID, At: tx.Stamp()})
	case row.Tries+1 >= CodeMost:
		return "", n > 0, atCode("fault.signup.code_dead"), nil
	default:
		return "", true, atCode("fault.signup.code_wrong"), nil
	}
}

func atCode(key string) error {
	var f fault.Form
	f.Add("code", key)
	return f.Err()
}

// digits is a code as it is typed or pasted: with spaces, in the middle of words.
func digits(s string) string {
	if len(s) > 40 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// maskedAddress shows enough of an address to know one's own.
func maskedAddress(email string) string {
	name, domain, _ := strings.Cut(email, "@")
	r := []rune(name)
	if len(r) == 0 {
		return ""
	}
	return string(r[:1]) + "•••@" + domain
}
