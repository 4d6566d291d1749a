"""The article's story, step by step, and what is better than the article: undo without end, and nothing lost in silence."""

from deploy.demo import fiona, grace, quickbooks_side, switches
from deploy.demo.telling import Step

STORY: tuple[Step, ...] = (*fiona.STEPS, *grace.STEPS, *switches.STEPS, *quickbooks_side.STEPS)
