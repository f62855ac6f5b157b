"""The texts of the model description that no code tells: what it is for, and its design concepts."""

OPENING = """\
This text follows the ODD protocol (Overview, Design concepts, Details) in the form of Grimm et al.
2020. All tables, the order of the tick, the equations in words and the sources are read off the code
and its registry."""

PURPOSE = """\
The model compares strategies of a firm for keeping its customers: promises, the handling of complaints,
a loyalty programme, prices and terms, messages, the training of staff, and bundles of them. It answers
which strategy keeps more customers, which customers, at what cost, how surely, and by which mechanism.
It is made for researchers and practitioners who describe their own world in a scenario and their
options as strategies.

It is not made to foretell what one real customer will do. Effects of strategies are outputs: no
parameter says how many customers a strategy keeps. Many parameters rest on no estimate; they are marked
as design choices, and a result that hangs on them is a result about these assumptions."""

PATTERNS = """\
The model is held against these patterns; VALIDATION.md says what came out. What is not in the table has
not been held against data."""

MARKS = """\
Marks say how far to trust a value: *estimated* from data, taken from the *literature*, a *design choice*,
or *computed* from the other values. A dash stands for a pure number, for a default that must be given or
is off, or for a source that says no more than the mark. A scenario may set other values and says in its
evidence where they are from (element 6)."""

SCALES = """\
Time runs in ticks; events inside a tick have hours and happen in time order. There is no geographical
space; who is near to whom is a network of ties. One person of the model stands for one customer or
prospect of the firm, or for a household or an office where the scenario says so. Levels such as
satisfaction, trust and expectations lie between 0 and 1; money is in the currency of the scenario."""

FIRM = """\
The firm acts through a policy: a flat record of numbers that holds in a tick for a group of customers.
It is made of the scenario's present practice, the levers of the strategy that are on, and the firm's
own state at the beginning of the tick. Rules see the policy, never the strategy."""

SCHEDULING = """\
Customers are taken in the order of their ids, tick by tick. What a customer does in a tick does not
reach another customer within that tick: it is heard by neighbours, and felt through the firm, only when
all have lived it. So the order of the customers decides nothing but the last bits of sums. To see
whether that matters, `time.activation: random_sequential` lets them take turns instead, in an order that
is drawn anew for every tick: at one's turn one hears what the others have been saying, lives the tick
and, as a prospect, decides (`engine.turns`). Inside a tick each customer lives the steps below, with
hours inside the tick (see [`behaviour.tick`](#behaviourtick)); their own state changes at once, with
each step."""

PRINCIPLES = """\
Satisfaction with an order comes from the gap between what is perceived and what was expected; losses
weigh more than gains. Fast and slow states are kept apart: satisfaction with one order, the memory of
satisfaction, and trust, which is earned slowly and lost fast. Grieved customers leave, speak up or stay
silent, and a complaint is judged by the justice of its handling. The sources of each stand with the
submodels.

Known statistical models are nested. A customer has a baseline probability of leaving and a baseline
rate of orders, which differ between customers; the psychological states only multiply them, by 1 at the
reference state of the scenario. With every mechanism off what remains is the shifted beta-geometric
under a contract (Fader and Hardie 2007) and BG/NBD without one (Fader, Hardie and Lee 2005)."""

EMERGENCE = """\
Who leaves, when and after what, the scores by lateness, complaints and silence, the net promoter score,
the rating, orders, membership, who joins, the workload of the staff, costs and customer lifetime value
follow from what customers live through. Imposed are how the service performs, how customers differ, who
is tied to whom, and the strength of each mechanism. With every mechanism off, retention rises over time
by sorting alone: those who are likely to leave are gone first."""

ADAPTATION = """\
Customers decide how often to order, whether to complain or stay silent, whether to join the programme,
what to tell others, whether to answer a survey, and whether to stay; prospects decide whether to become
customers. Each decision is a probability or a rate that depends on the person's state and the policy;
none is the choice of the best of several options."""

OBJECTIVES = """\
Customers have no explicit objective and maximise nothing. The objective of the firm stands outside the
model: the user chooses by the metrics under Observation."""

LEARNING = """\
Customers learn what to expect of the service from each order, and from each case whether complaining
succeeds. The discipline that a commitment brings grows with a time constant from the day on which the
lever is first on. Staff learns by training and forgets by turnover, and the firm learns to avoid
failures from complaints and answers, as far as it attends to them."""

PREDICTION = """\
A *will* expectation is a prediction of the next order, a *should* expectation what the customer feels
entitled to. Both, and the expected success of a complaint, are levels without foresight: nobody plans
ahead."""

SENSING = """\
Customers know their own orders, cases and points, and of promises what they hear: quoted times and
commitments count as far as they are announced. They hear what neighbours tell, and meet the firm's
rating, its price and what rivals offer. They do not know the true rates of failure. What they
experience is perceived in the colour of what they expected. What the firm can see (orders, complaints,
answers of those who are asked) is kept apart from attitudes and from silent leaving, which it cannot
see."""

INTERACTION = """\
Customers meet the firm in orders, promises, cases, messages, the programme and surveys. They meet each
other directly on a network that is the same under every strategy: neighbours hear praise, warnings and
referrals. And they meet through the firm: complaints load the same staff, reviews make one rating, and
what the firm learns from some is felt by others. Rivals act on customers by the advantage of their
offers and follow what the firm offers."""

STOCHASTICITY = """\
Chance decides how customers differ, who is tied to whom, how the service performs from order to order,
when orders happen, what course rivals take, and every decision that is a probability. All of it is
drawn from keyed numbers, so that two strategies meet the same people with the same luck and their
difference is the effect of the strategy. Replications are runs with other seeds; their intervals tell
of luck, not of the assumptions."""

COLLECTIVES = """\
Segments are kinds of customers that differ by factors on their traits. Groups are those for whom the
same policy holds: a segment, cut by a keyed draw where a pilot or a phase reaches only a share. Neither
acts by itself. Staff and rivals are not persons but states of the firm's record."""

OBSERVATION = """\
A ledger counts each tick by segment; events can be logged for some or all customers; the state of all
customers is kept at the end. Survey figures are made of the answers of those who were asked, never of
states of mind."""

INITIALISATION = """\
All people, customers and prospects, are drawn before the first tick, from keys that know nothing of the
strategy. They start at the reference state of the scenario, in which its baseline rests; the reference
is computed once for a scenario and written into its file (`python -m sim.evidence.reference`), never
recomputed under a changed value. The code that draws them follows; in it, `uniforms` gives each person
a number from the key of the purpose in capitals."""

INPUT = """\
No series from outside drives a run: apart from what is named here, everything comes from the parameters
of the scenario."""

WORLDS = """\
These scenarios come with the model. Each says what is known of its world, what is assumed, and where
values other than the registry's come from. Every run writes all of its values, with mark and source,
into `assumptions.csv`."""

SUBMODELS = """\
The rules of what a customer feels and does come first, module by module, with their equations in words
and their sources: those of numbered mechanisms in the order of the numbers, then the frame that they
stand in. What turns a strategy into a policy and carries the rules out comes next, then all parameters."""

TRACE = """\
Each mechanism has a switch (`mechanisms.<name>=false`), rules, unit tests and, where there are data, a
check. The modules are those that read the parameters which the switch takes out. By its name each is
switched off and on in `tests/behaviour/test_ablation.py`: off, a run equals one with its weights at
zero, to the bit; on, its effect has the stated sign. Both engines are held to the same bits in
`tests/engine/test_engines_equal.py`."""
