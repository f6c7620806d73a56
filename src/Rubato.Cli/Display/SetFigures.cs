using System.Globalization;
using System.Text.Json;
using Rubato.Evaluation;
using Rubato.Networks;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What ResNet-56 says of a set of pictures, beside what it says of pictures that nobody drew.</summary>
internal sealed class SetFigures(PictureSet pictures, CifarReference reference)
{
    public int Count => pictures.Count;

    private double? Distance => pictures.DistanceTo(reference.Training);

    public void Print(IAnsiConsole console)
    {
        console.Line(Distance is { } distance
            ? $"Fréchet distance in ResNet-56 features {Text(distance)}, to the 50 000 training pictures of CIFAR-10 (its first 1 017 "
                + $"test pictures: {Text(reference.HeldOutDistance)})"
                + (pictures.Count > ResNet56.Features ? "" : "; of so few pictures it says little")
            : "Fréchet distance in ResNet-56 features: it takes two pictures or more");
        ClassAccuracy accuracy = pictures.Accuracy;
        if (accuracy.Share is not { } share)
        {
            console.Line("Class accuracy: no picture says which class it shows");
            return;
        }

        console.Line($"Class accuracy {Figures.Percent(share)}: ResNet-56 names the class of {Figures.Number(accuracy.Named)} of "
            + $"{Figures.Number(accuracy.Asked)} pictures");
        Table table = Figures.Table("class", ">asked", ">named", ">share");
        for (int c = 0; c < ResNet56.Classes.Count; c++)
        {
            if (accuracy.AskedByClass[c] == 0) continue;
            table.Row(ResNet56.Classes[c], Figures.Number(accuracy.AskedByClass[c]), Figures.Number(accuracy.NamedByClass[c]),
                Figures.Percent((double)accuracy.NamedByClass[c] / accuracy.AskedByClass[c]));
        }

        console.Write(table);
    }

    /// <summary>An object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ClassAccuracy accuracy = pictures.Accuracy;
        json.WriteStartObject();
        Number(json, "frechet_distance", Distance, 6);
        json.WriteString("to", "train50000");
        Number(json, "frechet_distance_of_test1017", reference.HeldOutDistance, 6);
        json.WriteNumber("asked", accuracy.Asked);
        json.WriteNumber("named", accuracy.Named);
        Number(json, "class_accuracy", accuracy.Share, 4);
        json.WriteStartArray("classes");
        for (int c = 0; c < ResNet56.Classes.Count; c++)
        {
            json.WriteStartObject();
            json.WriteString("name", ResNet56.Classes[c]);
            json.WriteNumber("asked", accuracy.AskedByClass[c]);
            json.WriteNumber("named", accuracy.NamedByClass[c]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Text(double distance) => distance.ToString("0.000", CultureInfo.InvariantCulture);

    private static void Number(Utf8JsonWriter json, string name, double? value, int digits)
    {
        if (value is { } number) json.WriteNumber(name, Math.Round(number, digits));
        else json.WriteNull(name);
    }
}
