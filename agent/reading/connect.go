package reading

import (
	"context"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

// connect connects to the card that was claimed. The desk may not yet have heard that
// it was changed for another one: whoever looks once the connection stands sees it,
// and a change after that ends the connection.
func (d *Desk) connect(ctx context.Context, r Reader) (readers.Conn, error) {
	conn, err := d.config.Source.Connect(ctx, r.Name)
	if err != nil {
		return nil, err
	}
	for _, now := range d.config.Source.List(ctx).Readers {
		if now.Name == r.Name && now.Insertion != r.Insertion {
			conn.Close()
			return nil, apdu.ErrRemoved
		}
	}
	return conn, nil
}
