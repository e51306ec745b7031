"""What a training run does, epoch by epoch: networks, phases and their settings, as data."""

import itertools
from dataclasses import asdict, dataclass, replace
from typing import Any

from face2music.training.augment import Augmentation

WHOLE = (0.0, 0.0, 1.0)
MIDDLE = (2 / 48, 2 / 48, 44 / 48)
CLOSE = (4 / 48, 4 / 48, 40 / 48)

WEBCAM = Augmentation(
    rotation_deg=12.0,
    tilt_deg=30.0,
    tilt_share=0.15,
    scale=(0.85, 1.2),
    shift_px=4.0,
    contrast=(0.7, 1.4),
    brightness=0.12,
    defect_share=0.06,
    glasses_share=0.06,
    cover_share=0.2,
)
MILD = Augmentation(
    rotation_deg=10.0,
    tilt_deg=30.0,
    tilt_share=0.1,
    scale=(0.88, 1.15),
    shift_px=3.5,
    contrast=(0.75, 1.33),
    defect_share=0.04,
    glasses_share=0.06,
    cover_share=0.15,
)
LIGHT = Augmentation(rotation_deg=5.0, scale=(0.95, 1.08), shift_px=2.5, contrast=(0.9, 1.1), brightness=0.05)


@dataclass(frozen=True)
class Phase:
    """Epochs with one way of showing the pictures; `size_px` is the width of the views that the network gets."""

    epochs: int
    size_px: int
    augmentation: Augmentation
    mixup: float = 0.0
    label_smoothing: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """Settings of a run.

    `precision` is a Keras policy: 'mixed_bfloat16' trains faster where the processor has it. `votes_weight` is the share of
    the loss that the FER+ votes get, `votes_share` that of their head in the answers. `views` are the squares of a crop that
    the trained network reads: left, top and side as shares of its width. `average_decay` is that of the moving average of
    the weights, a batch; 0 takes the weights as they are. `teachers_share` is the share of labels and votes that finished
    networks give, see `teachers`. `sharpness_radius` is how far around the weights the loss is to be low, see `sharpness`.
    A recipe that does not `validate` learns from the pictures of the validation too, and is for settings that are chosen.
    """

    network: str
    phases: tuple[Phase, ...]
    optimizer: str = "sgd"
    batch_size: int = 128
    learning_rate: float = 0.1
    weight_decay: float = 5e-3
    warmup_epochs: float = 1.0
    votes_weight: float = 0.0
    votes_share: float = 0.0
    views: tuple[tuple[float, float, float], ...] = (WHOLE,)
    average_decay: float = 0.0
    teachers_share: float = 0.0
    sharpness_radius: float = 0.0
    patience_epochs: int = 12
    validate: bool = True
    precision: str = "float32"
    seed: int = 1

    @property
    def epochs(self) -> int:
        """The length of the run."""
        return sum(phase.epochs for phase in self.phases)

    @property
    def size_px(self) -> int:
        """The width of the views that the network ends with, and that it is served with."""
        return self.phases[-1].size_px

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain numbers, texts, lists and dictionaries."""
        return asdict(self)

    def with_settings(self, epochs: int | None = None, **settings: Any) -> "Recipe":
        """The same recipe with other settings; None leaves the recipe's own."""
        changed = replace(self, **{name: value for name, value in settings.items() if value is not None})
        return changed if epochs is None else changed.of_length(epochs)

    def of_length(self, epochs: int) -> "Recipe":
        """The same run over another number of epochs, each phase keeping its share of them."""
        ends = [0]
        for phase in self.phases:
            ends.append(ends[-1] + phase.epochs)
        ends = [round(end * epochs / self.epochs) for end in ends]
        lengths = [after - before for before, after in itertools.pairwise(ends)]
        phases = [replace(phase, epochs=n) for phase, n in zip(self.phases, lengths, strict=True) if n]
        return replace(self, phases=tuple(phases))


BASELINE = Recipe(
    network="baseline",
    phases=(Phase(42, 48, Augmentation(field_px=48.0)),),
    optimizer="adam",
    learning_rate=1e-3,
    weight_decay=0.0,
)
BEST = Recipe(
    network="residual",
    phases=(
        Phase(36, 32, WEBCAM, mixup=0.2, label_smoothing=0.05),
        Phase(12, 44, WEBCAM, label_smoothing=0.05),
        Phase(13, 44, LIGHT),
    ),
    votes_weight=0.5,
    votes_share=0.1,
    views=(MIDDLE, WHOLE, CLOSE),
    average_decay=0.998,
    patience_epochs=40,
)
REFINE = replace(
    BEST,
    phases=(Phase(36, 44, MILD), Phase(12, 44, LIGHT)),
    learning_rate=0.05,
    teachers_share=0.5,
    sharpness_radius=0.1,
)
RECIPES = {"baseline": BASELINE, "best": BEST, "refine": REFINE}
