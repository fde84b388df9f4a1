package signing

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/office/outbox"
	"comptoir/rules/contract"
	"comptoir/rules/evidence"
)

// JobSeal is the kind of job that makes the sealed papers of a round that all have signed.
const JobSeal = "contract.seal"

// sealedMost is the size of the largest sealed paper: the largest original, its certificate and seal.
const sealedMost = 200 << 20

// sealJob seals a round; again tells one that is asked for by hand from the first.
func sealJob(round, again string) outbox.Job {
	key := "contract_seal/" + round
	if again != "" {
		key += "/" + again
	}
	return outbox.Job{Key: key, Kind: JobSeal, Payload: roundJob{round}}
}

// RunSeal makes the sealed papers of a round one by one, each in the order bytes, row: broken off
// anywhere it goes on where it was. When all are there those who signed are told.
func (s *Service) RunSeal(ctx context.Context, payload json.RawMessage) error {
	var job roundJob
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("signing: %w: %w", outbox.ErrFinal, err)
	}
	err := s.seal(ctx, job.Round)
	if err != nil && ctx.Err() == nil {
		err = errors.Join(err, s.noteSealFault(ctx, job.Round, err))
	}
	return err
}

func (s *Service) seal(ctx context.Context, publicID string) error {
	var a *asking
	var firm company.Firm
	var records []evidence.Record
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.ContractRoundByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		if a, err = loadID(ctx, q, s.DB.Now(), r.ID); err != nil {
			return err
		}
		if firm, err = company.Get(ctx, q); err != nil {
			return err
		}
		records, err = a.records(ctx, q, firm, s.Version)
		return err
	}); err != nil {
		return err
	}
	if a.round.Kind != Signature || a.round.State != string(contract.Completed) || a.round.SealedAt != nil {
		return nil
	}
	for i, f := range a.files {
		if f.SealedRef != nil {
			continue
		}
		if err := s.sealOne(ctx, a, f, records[i], firm); err != nil && !errors.Is(err, errSealedBefore) {
			return err
		}
	}
	return s.finish(ctx, publicID)
}

// sealOne makes one sealed paper: first its bytes, streamed into the folder, then its rows.
func (s *Service) sealOne(ctx context.Context, a *asking, f gen.ContractRoundFilesRow, r evidence.Record, firm company.Firm) (err error) {
	r, err = evidence.Close(r)
	if err != nil {
		return err
	}
	original, err := s.Files.Open(f.Sha256, f.Size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, original.Close()) }()
	read, write := io.Pipe()
	type kept struct {
		ref files.Ref
		err error
	}
	done := make(chan kept, 1)
	go func() {
		ref, err := s.Files.PutFrom(read, sealedMost, nil)
		_ = read.CloseWithError(err) // whoever still writes is told so; it never fails itself
		done <- kept{ref, err}
	}()
	fingerprint, err := s.Sealer.Seal(ctx, write, original.(io.ReaderAt), f.Size, r) // a file, see office/files
	_ = write.CloseWithError(err)                                                    // nil is the end of the file
	stored := <-done
	if err = cmp.Or(err, stored.err); err != nil {
		return err
	}
	ref := stored.ref
	ref.MediaType = pdfType
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		id, err := s.file(ctx, tx, a, f, sealedName(f.Name, firm.Language), firm.Name, ref)
		if err != nil {
			return err
		}
		n, err := tx.NoteSealedPaper(ctx, gen.NoteSealedPaperParams{RoundID: a.round.ID, Position: f.Position, SealedRef: &id, Fingerprint: fingerprint})
		if err == nil && n == 0 { // another pass was quicker: its paper counts
			return errSealedBefore
		}
		return err
	})
}

// file puts a sealed paper beside the attachment that it came of: visible to those who share the
// contract, and never changed or removed.
func (s *Service) file(ctx context.Context, tx *db.Tx, a *asking, of gen.ContractRoundFilesRow, name, author string, ref files.Ref) (int64, error) {
	if err := files.Record(ctx, tx, ref); err != nil {
		return 0, err
	}
	id, err := tx.InsertContractFile(ctx, gen.InsertContractFileParams{PublicID: s.IDs(), ContractID: a.contract.ID, FolderID: of.FolderID, Name: name, InPortal: 1, Sealed: 1, CreatedAt: tx.Stamp()})
	if err != nil {
		return 0, err
	}
	_, err = tx.InsertContractFileVersion(ctx, gen.InsertContractFileVersionParams{PublicID: s.IDs(), FileID: id, N: 1, Name: name, Sha256: ref.SHA256, Size: ref.Size, MediaType: ref.MediaType, AuthorName: author, CreatedAt: tx.Stamp()})
	return id, err
}

// errSealedBefore undoes the rows of a paper that another pass has made meanwhile.
var errSealedBefore = errors.New("signing: sealed by another pass")

// sealedName is the name of a sealed paper beside its original.
func sealedName(name, lang string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + " (" + locale.T(lang, "common.round.sealed", nil) + ").pdf"
}

// finish says that all papers of a round are there, and tells those who signed.
func (s *Service) finish(ctx context.Context, publicID string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.ContractRoundByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.SealContractRound(ctx, gen.SealContractRoundParams{ID: r.ID, SealedAt: ptr(tx.Stamp())})
		if err != nil || n == 0 {
			return err
		}
		a, err := loadID(ctx, tx.Queries, tx.Now, r.ID)
		if err != nil {
			return err
		}
		for _, t := range a.turns {
			if val(t.Decision) != string(contract.SignedBy) || gone(t.Blocked) || t.UserID == nil && a.contract.InPortal == 0 {
				continue
			}
			if err := s.mailTurn(ctx, tx, a, t, outbox.ContractCopy, "signed-copy/"+t.PublicID, nil); err != nil {
				return err
			}
		}
		return s.log(ctx, tx, actor.Machine(), a.contract, "contract.sealed", map[string]any{"round": r.ID})
	})
}

// noteSealFault says in the centre why the papers could not be made, and to the firm once.
func (s *Service) noteSealFault(ctx context.Context, publicID string, cause error) error {
	key := "fault.round.seal"
	if e, ok := fault.As(cause); ok {
		key = e.Key
	}
	return s.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.ContractRoundByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.NoteSealFault(ctx, gen.NoteSealFaultParams{ID: r.ID, SealFault: key})
		if err != nil || n == 0 {
			return err
		}
		c, err := tx.ContractByID(ctx, r.ContractID)
		if err != nil {
			return db.NotFound(err)
		}
		tx.AfterCommit(func() { s.Changed("contracts", "notifications") })
		return audit.Notify(ctx, tx, "contract_seal_failed", map[string]any{"number": c.Number}, "contract", c.PublicID)
	})
}

// RetrySeal asks for the sealed papers of a round again, at once.
func (s *Service) RetrySeal(ctx context.Context, who actor.Actor, roundID string) (Centre, error) {
	return s.change(ctx, who, "", "", nil, func(ctx context.Context, tx *db.Tx) (gen.Contract, string, error) {
		r, err := tx.ContractRoundByPublicID(ctx, roundID)
		if err != nil {
			return gen.Contract{}, "", db.NotFound(err)
		}
		c, err := tx.ContractByID(ctx, r.ContractID)
		if err != nil {
			return c, r.Kind, db.NotFound(err)
		}
		if r.SealedAt != nil || r.State != string(contract.Completed) {
			return c, r.Kind, nil
		}
		if _, err := tx.NoteSealFault(ctx, gen.NoteSealFaultParams{ID: r.ID}); err != nil {
			return c, r.Kind, err
		}
		return c, r.Kind, outbox.QueueJob(ctx, tx, sealJob(roundID, tx.Stamp()))
	})
}

// records makes the record of each document of a round out of what was kept, not closed yet.
func (a *asking) records(ctx context.Context, q *gen.Queries, firm company.Firm, version string) ([]evidence.Record, error) {
	events, err := chains(ctx, q, a.round.ID)
	if err != nil {
		return nil, err
	}
	rows, err := q.ContractSignatures(ctx, a.round.ID)
	if err != nil {
		return nil, err
	}
	signers := make([]evidence.Signer, 0, len(rows))
	for _, row := range rows {
		signer, err := a.signer(row)
		if err != nil {
			return nil, err
		}
		signers = append(signers, signer)
	}
	completed, err := instant(val(a.round.ClosedAt))
	if err != nil {
		return nil, err
	}
	list := make([]evidence.Record, len(a.files))
	for i, f := range a.files {
		list[i] = evidence.Record{Envelope: a.round.PublicID, Contract: evidence.Contract{Number: a.contract.Number, Title: a.contract.Title}, Firm: evidence.Firm{Name: firm.Name, Country: firm.Country, Identifiers: identifiers(firm)}, Program: version,
			Texts: ConsentVersion, Lang: locale.Of(firm.Language), Zone: firm.TimeZone, Document: evidence.Document{Name: f.Name, SHA256: f.Sha256, Size: f.Size, Pages: int(f.Pages)}, Signers: signers, Events: events[f.Position], Completed: completed}
	}
	return list, nil
}

// signer is one signature as the record has it.
func (a *asking) signer(row gen.ContractSignature) (x evidence.Signer, err error) {
	v, err := signedOf(row)
	if err != nil {
		return x, err
	}
	if x.Drawn, err = drawingOf(row); err != nil {
		return x, err
	}
	for _, t := range a.turns {
		if t.ID == row.TurnID {
			x.ID, x.Name, x.Role = t.PublicID, t.Name, t.Capacity
		}
	}
	x.Email, x.Operator, x.Device, x.IP, x.UserAgent, x.Session, x.Lang, x.Zone = v.Email, v.Operator, v.Device, v.Address, v.UserAgent, row.SessionRef, v.Language, v.TimeZone
	x.Consent, x.Typed = v.Consent, v.TypedName
	x.Method = map[string]evidence.Method{ByPassword: evidence.Password, ByCode: evidence.Code, InPerson: evidence.InPerson, AtDesk: evidence.Desk, ByPhone: evidence.Phone}[v.Method]
	for _, at := range []struct {
		to   *moment
		from string
	}{{&x.MethodAt, v.ProvedAt}, {&x.SentAt, v.CodeSentAt}, {&x.SignedAt, v.SignedAt}} {
		if *at.to, err = instant(at.from); err != nil {
			return x, err
		}
	}
	return x, nil
}

// identifiers are those of the firm as its papers print them.
func identifiers(firm company.Firm) []string {
	var list []string
	for _, id := range []struct{ label, value string }{{"SIREN", firm.SIREN}, {"NEQ", firm.NEQ}} {
		if id.value != "" {
			list = append(list, id.label+" "+id.value)
		}
	}
	return list
}
