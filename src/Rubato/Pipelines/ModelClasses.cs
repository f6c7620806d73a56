using System.Globalization;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Networks;

namespace Rubato.Pipelines;

/// <summary>The classes of a model, put together from its files and its network.</summary>
/// <param name="Names">By index; empty for a model without conditions.</param>
/// <param name="None">What stands for no class; null where the network knows by itself.</param>
/// <param name="HasNone">Whether the network can be asked without a class, as guidance does.</param>
internal sealed record ModelClasses(IReadOnlyList<string> Names, Condition? None, bool HasNone)
{
    private const string LabelsKey = "id2label";

    /// <summary>
    /// Names are those of the notes, else of <c>id2label</c> in the index (as diffusers' DiTPipeline has it), else the
    /// numbers of the table's rows. A table with one row more than there are names ends with the row of no class.
    /// </summary>
    /// <exception cref="CheckpointException">The names are not numbered from 0, or more than the network has rows.</exception>
    public static ModelClasses Read(ModelIndex index, string folder, ModelNotes notes, INetwork network)
    {
        string path = Path.Combine(folder, ModelIndex.FileName);
        IReadOnlyList<string> names = notes.Classes.Count > 0 ? notes.Classes : Labels(index, path);
        if (network is not UNet2DModel { Options: { ClassEmbedding: ClassEmbedding.Table, NumClassEmbeds: { } rows } options })
            return new ModelClasses(names, None: null, HasNone: true);
        if (names.Count == 0)
        {
            names = [.. Enumerable.Range(0, options.NullClass == rows - 1 ? rows - 1 : rows)
                .Select(i => i.ToString(CultureInfo.InvariantCulture))];
        }

        if (names.Count > rows)
            throw CheckpointException.OfKey(path, LabelsKey, $"names {names.Count} classes", $"the network has a table of {rows}");
        bool last = options.NullClass is null && rows == names.Count + 1;
        return new ModelClasses(names, last ? new ClassLabel(names.Count) : null, last || options.NullClass is not null);
    }

    private static string[] Labels(ModelIndex index, string path)
    {
        if (index.Options.ReadObject(LabelsKey) is not { } labels) return [];
        var names = new string?[labels.Keys.Count()];
        foreach (string key in labels.Keys)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int at)
                || at >= names.Length || names[at] is not null)
            {
                throw CheckpointException.OfKey(path, LabelsKey, $"has the number {Printable.Escape(key)} among {names.Length}",
                    "classes are numbered from 0, without a gap");
            }

            names[at] = labels.ReadText(key);
        }

        return names!;
    }
}
