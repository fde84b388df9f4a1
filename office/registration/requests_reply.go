package registration

import (
	"context"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
)

// Reply keeps what the visitor answers in words to what the firm asked for; the firm reads it once the
// request is sent again. The same words again are no answer.
func (s *Service) Reply(ctx context.Context, token, words string) error {
	return s.change(ctx, token, func(ctx context.Context, tx *db.Tx, row gen.AccessRequest, _ gen.GroupOfRequestRow) (refused, err error) {
		if row.State != Asked {
			return ErrSettled, nil
		}
		var form fault.Form
		words = strings.TrimSpace(text.Clean(words))
		form.MaxLen("reply", words, wordsMost)
		if err := form.Err(); err != nil {
			return err, nil
		}
		f, err := formOf(row.Form)
		if err != nil {
			return nil, err
		}
		f.Reply = words
		return nil, putForm(ctx, tx, row, f, row.EmailProved)
	})
}

// answered refuses a request that is sent again as it was when the firm gave it back.
func answered(row gen.AccessRequest) error {
	var form fault.Form
	if row.State == Asked && row.DecidedAt != nil && row.UpdatedAt <= *row.DecidedAt {
		form.Add("reply", "fault.register.unanswered")
	}
	return form.Err()
}
