package customers

import (
	"context"
	"regexp"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

var externalCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$`)

// CheckExternalCode checks the code by which a third-party program knows a customer. Two codes that
// differ by capitals alone are one.
func CheckExternalCode(s string) (string, error) {
	if !externalCode.MatchString(s) {
		return "", fault.New(fault.Invalid, "fault.external_code")
	}
	return s, nil
}

// saveExternalCode keeps the code of c; that of another customer is refused beside the field.
func saveExternalCode(ctx context.Context, tx *db.Tx, c Customer, before string) error {
	if c.ExternalCode == before {
		return nil
	}
	if c.ExternalCode != "" {
		other, err := tx.CustomerByExternalCode(ctx, c.ExternalCode)
		if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil && other.ID != c.ID {
			var form fault.Form
			form.Add("externalCode", "fault.external_code_taken", "number", other.Number, "name", other.Name)
			return form.Err()
		}
	}
	return tx.SetExternalCode(ctx, gen.SetExternalCodeParams{ID: c.ID, ExternalCode: c.ExternalCode})
}
