package demo

import "slices"

// view is what a painter is given: a canvas, the look of the place, and whether the trouble is mended.
type view struct {
	*canvas
	look
	mended bool
}

// look is what stays the same between two pictures of one place: its colours and where things stand.
type look struct {
	chance
	wall, floor, wood, metal, leaf, accent ink
}

var (
	walls   = []ink{rgb(0xe9e2d2), rgb(0xdfe6e4), rgb(0xe6dcd3), rgb(0xd9e0e8), rgb(0xeae6dc), rgb(0xe3e5d6)}
	floors  = []ink{rgb(0xb9b2a5), rgb(0xa8aca9), rgb(0xbfb09b), rgb(0x9fa6ad), rgb(0xb4aa9c)}
	woods   = []ink{rgb(0x8a5a3b), rgb(0x9c6b44), rgb(0x74503a), rgb(0x6e6a62), rgb(0x8d4f3d)}
	metals  = []ink{rgb(0x7d8790), rgb(0x8f969b), rgb(0x6d7880), rgb(0x5f7a8a)}
	leaves  = []ink{rgb(0x6f9a52), rgb(0x7fa65a), rgb(0x5f8c58), rgb(0x86a04c)}
	accents = []ink{rgb(0xc4573f), rgb(0x3f7fb0), rgb(0xd6973a), rgb(0x4a8f6d), rgb(0xa65c86), rgb(0x55709c)}
)

// lookOf is the look of the n-th place.
func lookOf(n int) look {
	c := chanceFor("look", n)
	return look{c, oneOf(c, walls), oneOf(c, floors), oneOf(c, woods), oneOf(c, metals), oneOf(c, leaves), oneOf(c, accents)}
}

// motif is what a picture shows.
type motif string

// The motifs of the pool. Each can be seen before and after.
const (
	motifLamp      motif = "stairwell lamp"
	motifBins      motif = "bins"
	motifPipe      motif = "pipe"
	motifDoor      motif = "entrance door"
	motifRail      motif = "railing"
	motifGreen     motif = "greenery"
	motifParking   motif = "parked cars"
	motifFireLane  motif = "fire lane"
	motifLift      motif = "lift door"
	motifLeak      motif = "leak in a wall"
	motifManhole   motif = "manhole"
	motifHeap      motif = "heaped goods"
	motifCharging  motif = "charging cable"
	motifAdverts   motif = "adverts on a wall"
	motifRoad      motif = "hole in the road"
	motifWindow    motif = "broken window"
	motifFlood     motif = "standing water"
	motifRadiator  motif = "radiator"
	motifGate      motif = "barrier gate"
	motifWires     motif = "bare wires"
	motifSwings    motif = "play equipment"
	motifTree      motif = "fallen branch"
	motifSnow      motif = "snow"
	motifTap       motif = "water tap"
	motifNoticeWay motif = "notice board"
)

var painters = map[motif]func(view){
	motifLamp: paintLamp, motifBins: paintBins, motifPipe: paintPipe, motifDoor: paintDoor, motifRail: paintRail,
	motifGreen: paintGreen, motifParking: paintParking, motifFireLane: paintFireLane, motifLift: paintLift, motifLeak: paintLeak,
	motifManhole: paintManhole, motifHeap: paintHeap, motifCharging: paintCharging, motifAdverts: paintAdverts, motifRoad: paintRoad,
	motifWindow: paintWindow, motifFlood: paintFlood, motifRadiator: paintRadiator, motifGate: paintGate, motifWires: paintWires,
	motifSwings: paintSwings, motifTree: paintTree, motifSnow: paintSnow, motifTap: paintTap, motifNoticeWay: paintNotice,
}

// paint makes the n-th picture of a place: the same place may be seen before and after, each time from a little
// elsewhere. pixels is the width.
func paint(m motif, place, n int, mended bool, pixels int) []byte {
	frame := chanceFor("frame "+string(m), n)
	width := frame.between(850, 985)
	left, top := frame.between(0, sceneWidth-width), frame.between(0, sceneHeight-width*sceneHeight/sceneWidth)
	seen := lookOf(place)
	c := newCanvas(pixels, left, top, width, seen.often(50))
	painters[m](view{c, seen, mended})
	light := frame.between(0, 2)
	c.box([]ink{rgb(0xffe9c0), rgb(0xd8e8ff), rgb(0xffffff)}[light].alpha(uint8(frame.between(6, 20))), 0, 0, sceneWidth, sceneHeight)
	for edge := range 6 { // corners are darker, as in a photograph
		d := 60 - edge*10
		c.box(rgb(0x000000).alpha(3), left, top, d, sceneHeight)
		c.box(rgb(0x000000).alpha(3), left+width-d, top, d, sceneHeight)
	}
	return c.jpeg(frame.between(74, 80))
}

// room paints a wall and a floor with tiles.
func (v view) room(horizon int) {
	v.wash(v.wall.shade(8), v.wall.shade(-8), 0, 0, sceneWidth, horizon)
	v.wash(v.floor.shade(-12), v.floor.shade(14), 0, horizon, sceneWidth, sceneHeight-horizon)
	v.box(v.wall.shade(-26), 0, horizon-18, sceneWidth, 18)
	for i := -6; i <= 16; i++ {
		v.line(v.floor.shade(-20).alpha(120), 3, point{500 + (i-5)*60, horizon}, point{500 + (i-5)*170, sceneHeight})
	}
	for i := range 4 {
		y := horizon + 30 + i*i*28
		v.line(v.floor.shade(-20).alpha(110), 3, point{0, y}, point{sceneWidth, y})
	}
}

// yard paints sky, a house in the distance, and the ground.
func (v view) yard(horizon int, ground ink) {
	v.wash(rgb(0xa9cdea), rgb(0xe8f1f3), 0, 0, sceneWidth, horizon)
	for i := range 3 {
		x, w := 30+i*330+v.house(i), 250
		top := 90 + v.house(i+3)*2
		v.box(v.wall.shade(-4*i), x, top, w, horizon-top)
		v.box(v.wall.shade(-30), x, top-10, w, 12)
		for floor := top + 34; floor < horizon-40; floor += 62 {
			for n := range 4 {
				v.box(rgb(0x7f9bb0).shade(10*n-12), x+20+n*58, floor, 34, 38)
				v.box(v.wall.shade(-22), x+20+n*58, floor+38, 34, 5)
			}
		}
	}
	v.wash(ground.shade(-6), ground.shade(10), 0, horizon, sceneWidth, sceneHeight-horizon)
}

// house moves a house a little, always the same way for one look.
func (v view) house(n int) int { return int(v.wall.r+v.floor.g+v.wood.b+uint8(37*n)) % 40 }

// bush paints a round plant.
func (v view) bush(x, y, r int, k ink) {
	v.oval(rgb(0x000000).alpha(30), x, y+r*3/4, r, r/4)
	v.oval(k.shade(-22), x, y, r, r*9/10)
	v.oval(k, x-r/6, y-r/6, r*4/5, r*7/10)
	v.oval(k.shade(18), x-r/4, y-r/3, r/2, r*2/5)
}

// car paints a car from the side.
func (v view) car(x, y, length int, k ink) {
	u := length / 20
	v.oval(rgb(0x000000).alpha(50), x+length/2, y+u*5, length*11/20, u)
	v.shape(k, point{x, y + 4*u}, point{x, y + u}, point{x + 3*u, y}, point{x + 6*u, y - 3*u}, point{x + 14*u, y - 3*u}, point{x + 17*u, y}, point{x + 20*u, y + u}, point{x + 20*u, y + 4*u})
	v.shape(rgb(0xcfe0ea), point{x + 4*u, y}, point{x + 7*u, y - 5*u/2}, point{x + 19*u/2, y - 5*u/2}, point{x + 19*u/2, y})
	v.shape(rgb(0xcfe0ea), point{x + 21*u/2, y}, point{x + 21*u/2, y - 5*u/2}, point{x + 13*u, y - 5*u/2}, point{x + 31*u/2, y})
	v.box(k.shade(-25), x, y+3*u, length, u)
	for _, wheel := range []int{4, 16} {
		v.oval(rgb(0x2b2d30), x+wheel*u, y+4*u, 2*u, 2*u)
		v.oval(rgb(0xb8bcc0), x+wheel*u, y+4*u, u, u)
	}
	v.oval(rgb(0xfff2c4), x+39*u/2, y+3*u/2, u/2, u/2)
}

// motifs lists all of them in a fixed order.
func motifs() []motif {
	list := make([]motif, 0, len(painters))
	for m := range painters {
		list = append(list, m)
	}
	slices.Sort(list)
	return list
}
