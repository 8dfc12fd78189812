"`python -m vitron_nb` is `vitron_nb`; `accelerate launch -m vitron_nb train STAGE` needs this form."
from vitron_nb.cli import app

app(prog_name='vitron_nb')
