"""Why a simulation could not be made, in words."""

from collections.abc import Mapping

from admissions.domain.simulation import WhyNot
from shared.texts import Text

CANNOT_SIMULATE: Mapping[str, Text] = {
    WhyNot.NO_SUCH_OFFERING: Text(
        sv="Utbildningen finns inte att söka i det underlag du utgår från.",
        en="The offering is not among those of the data you start from.",
    ),
    WhyNot.OFFERING_EXISTS: Text(
        sv="Utbildningen finns redan; ändra dess platser i stället.",
        en="The offering is there already; change its seats instead.",
    ),
    WhyNot.NO_SUCH_PROGRAMME: Text(
        sv="Det finns inget sådant program för antagningsåret.", en="There is no such programme this intake year."
    ),
    WhyNot.QUOTAS_DO_NOT_FIT: Text(
        sv="Platserna räcker inte till utbildningens kvoter; ange fler.",
        en="The seats are fewer than the offering's quotas; give more.",
    ),
    WhyNot.DATES_OUT_OF_ORDER: Text(
        sv="Dagarna kommer inte i kalenderns ordning; välj en annan dag.",
        en="The days do not follow the order of the calendar; choose another.",
    ),
    WhyNot.NEEDS_CURRENT_DATA: Text(
        sv="Körningens indata har bara de prov och beslut som kom i tid; utgå från dagens uppgifter i stället.",
        en="The run's input holds only tests and decisions that came in time; start from the data of the day instead.",
    ),
    WhyNot.CHANGED_TWICE: Text(
        sv="Utbildningen står två gånger bland ändringarna.", en="The offering stands twice among the changes."
    ),
    "not_verified": Text(
        sv="Den oberoende kontrollen fann fel i den simulerade placeringen.",
        en="The independent check found fault with the simulated placement.",
    ),
    "no_basis": Text(sv="Körningens indata finns inte kvar.", en="The run's input is no longer kept."),
    "stopped": Text(sv="Arbetet avbröts. Simulera igen.", en="The work was interrupted. Simulate again."),
    "failed": Text(
        sv="Något gick fel och driften har fått veta det. Simulera igen senare.",
        en="Something went wrong and operations have been told. Simulate again later.",
    ),
}
