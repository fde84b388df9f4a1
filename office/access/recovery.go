package access

import (
	"context"
	"strconv"
	"strings"

	"comptoir/db"
	"comptoir/db/gen"
)

// Codes of recovery: ten, for a phone that was lost. Each opens once.
const (
	recoveryCount  = 10
	recoveryLength = 10 // of 32 letters: 50 bits, and the database has them under a key only
)

// recoveryLetters are Crockford's: none is taken for another.
const recoveryLetters = "0123456789abcdefghjkmnpqrstvwxyz"

// newRecovery makes the codes of a contact anew; the old ones open nothing from here on.
func (s *Service) newRecovery(ctx context.Context, tx *db.Tx, contactID int64) ([]string, error) {
	if err := tx.DeleteRecoveryCodes(ctx, contactID); err != nil {
		return nil, err
	}
	codes, hashes, err := s.NewCodes(strconv.FormatInt(contactID, 10))
	if err != nil {
		return nil, err
	}
	for _, hash := range hashes {
		if err := tx.InsertRecoveryCode(ctx, gen.InsertRecoveryCodeParams{ContactID: contactID, CodeHash: hash}); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

var recoveryTyped = strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\u202f", "", "o", "0", "i", "1", "l", "1")

// recoveryHash is what the file keeps of a code, however it was typed.
func (s *Service) recoveryHash(contactID int64, code string) string {
	return s.CodeHash(strconv.FormatInt(contactID, 10), code)
}
