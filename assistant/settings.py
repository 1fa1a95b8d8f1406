"""Settings, and the only place that reads the environment: keywords > ASSISTANT_* > assistant.toml > defaults."""

from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from assistant.errors import SettingsError
from index.remedy import EMBEDDED, INDEX_DIR

CONFIG_FILE = "assistant.toml"


def _in_full(path: Path) -> Path:
    """`~` is the user's home also where no shell has read the path."""
    try:
        return path.expanduser()
    except RuntimeError as error:  # of a user who is not there
        raise ValueError(f"{path} cannot be found: {error}") from error


Folder = Annotated[Path, AfterValidator(_in_full)]


class Settings(BaseSettings):
    """All settings. Each can be a keyword, an environment variable or a line of assistant.toml."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_", toml_file=CONFIG_FILE, frozen=True, extra="forbid", env_ignore_empty=True
    )

    corpus: Folder = Field(default=Path("seeds"), description="The folder of documents.")
    index_dir: Folder = Field(default=INDEX_DIR, description="Where the index lives.")
    chat_model: str = Field(
        default="embedded",
        min_length=1,
        description="`embedded`, `none` (verbatim sentences, no model), a path to a GGUF file, "
        "`hf:OWNER/REPO/FILE.gguf`, or a `provider:model` that LangChain's `init_chat_model` takes.",
    )
    chat_base_url: str | None = Field(
        default=None, description="Address of an OpenAI-compatible server, for `openai:…` chat models."
    )
    chat_timeout_s: float = Field(default=120.0, gt=0, description="Longest wait for a hosted chat model, in seconds.")
    embedding_model: str = Field(
        default=EMBEDDED, min_length=1, description="`embedded`, or what `SentenceTransformer(...)` takes."
    )
    caution: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="How sure a claim of a local model has to be: at 0 it answers everything near, at 1 nothing. In "
        "doubt, the closest passage is shown (docs/grounding.md has the curve).",
    )
    chroma_url: str | None = Field(
        default=None, description="Address of a Chroma server; without it, Chroma runs inside the process."
    )
    prepared_mb: int = Field(
        default=2048,
        ge=0,
        description="Megabytes for keeping what a local model has read; 0 to keep nothing longer than the process.",
    )
    models_dir: Folder = Field(
        default_factory=lambda: platformdirs.user_cache_path("assistant") / "models",
        description="Where model files live.",
    )

    @classmethod
    def load(cls, **keywords: Any) -> "Settings":
        """Settings from keywords (None = not given), environment, file and defaults.

        Raises SettingsError where one is unknown or has no sense.
        """
        try:
            return cls(**{name: value for name, value in keywords.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"]) or "settings"
            raise SettingsError(
                f"Setting {name}: {first['msg']}",
                fix=f"Correct the keyword, ASSISTANT_{name.upper()} or {CONFIG_FILE}.",
            ) from error
        except (ValueError, OSError) as error:  # a malformed assistant.toml, or one that may not be read
            raise SettingsError(f"{CONFIG_FILE} cannot be read: {error}", fix="Correct the file.") from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keywords, then environment, then assistant.toml."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
