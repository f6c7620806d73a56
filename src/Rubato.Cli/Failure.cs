using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Imaging;
using Rubato.Tensors;
using Rubato.Training;

namespace Rubato.Cli;

/// <summary>Why a command ended, as a line for people, a word for programs and an exit code.</summary>
/// <param name="Kind">usage, model, data, training, picture, file, unsupported, interrupted or unexpected.</param>
/// <param name="Message">One line: what, where, what would be right.</param>
/// <param name="Code">The exit code.</param>
internal readonly record struct Failure(string Kind, string Message, int Code)
{
    /// <summary>Set to 1, unexpected errors show where they come from.</summary>
    public const string DebugVariable = "RUBATO_DEBUG";

    public static Failure Of(Exception exception) => exception switch
    {
        UsageException => new("usage", exception.Message, ExitCode.Usage),
        InterruptedException => new("interrupted", exception.Message, ExitCode.Interrupted),
        OperationCanceledException => new("interrupted", "interrupted; nothing was written.", ExitCode.Interrupted),
        CheckpointException or WeightsException => new("model", exception.Message, ExitCode.Failure),
        TrainingDataException => new("data", exception.Message, ExitCode.Failure),
        TrainingException => new("training", exception.Message, ExitCode.Failure),
        PictureException => new("picture", exception.Message, ExitCode.Failure),
        NotSupportedException => new("unsupported", exception.Message, ExitCode.Failure),
        IOException or UnauthorizedAccessException => new("file", Printable.Escape(exception.Message),
            ExitCode.Failure),
        // A set of kernels that RUBATO_KERNELS names wrongly is found when the first operation starts.
        TypeInitializationException { InnerException: { } inner } => Of(inner),
        _ => new("unexpected", $"unexpected {exception.GetType().Name}: {Printable.Escape(exception.Message)} "
            + $"({DebugVariable}=1 shows where.)", ExitCode.Failure),
    };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("kind", Kind);
        json.WriteString("message", Message);
        json.WriteNumber("exit_code", Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
